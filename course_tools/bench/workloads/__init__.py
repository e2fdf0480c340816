"""The workloads, one a file: `twins(...)` builds the same work in `course_utils` and in PyTorch. They need torch."""
