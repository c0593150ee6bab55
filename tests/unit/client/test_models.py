"""The client's copy of the models matches the service's."""

from __future__ import annotations

import inspect
from enum import EnumType

import pytest
from pydantic import BaseModel

from wirematch import models
from wirematch.api import problems
from wirematch.api.bulk import route as bulk
from wirematch.api.routes import health, session
from wirematch.models import listings
from wirematch_client import models as copied

SERVED = {
    name: kind
    for module in (problems, bulk, health, session, models, listings)
    for name, kind in vars(module).items()
    if inspect.isclass(kind) and issubclass(kind, BaseModel)
}
COPIED = [getattr(copied, name) for name in copied.__all__]
MODELS = [
    kind
    for kind in COPIED
    if inspect.isclass(kind) and issubclass(kind, BaseModel) and kind.__name__ not in {"Sent", "Answer"}
]
ENUMS = [kind for kind in COPIED if isinstance(kind, EnumType)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_models_have_the_fields_of_the_service(model):
    served = SERVED[model.__name__]

    assert set(model.model_fields) == set(served.model_fields), "make wirematch_client/models follow the service"


@pytest.mark.parametrize("enum", ENUMS, ids=lambda enum: enum.__name__)
def test_enumerations_have_the_values_of_the_service(enum):
    assert {value.value for value in enum} == {value.value for value in getattr(models, enum.__name__)}
