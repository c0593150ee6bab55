"""``wirematch dedupe``: read rows, decide each, and write those that are kept; an interrupted run can be resumed.

``command`` has the options, ``launch`` starts or resumes a run, and ``run`` is its loop over batches of rows, which
come from ``inputs``. A ``RowDecider`` decides a batch through a ``Decider``: a detector in this process, or a service.
"""
