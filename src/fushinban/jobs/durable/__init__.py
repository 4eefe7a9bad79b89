"""Long work that survives its process: inspections, selections, documents, retention; schedules.

`runner.JobRunner` is what a process that works on jobs holds; asking for a job and watching it need the store alone.
`kinds` is a catalogue: one module per kind of job. DBOS is imported by `engine` only.
"""
