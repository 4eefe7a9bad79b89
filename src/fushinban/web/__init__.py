"""The console: pages over what the jobs and the store can do."""
