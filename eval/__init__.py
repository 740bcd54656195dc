"""The evaluation harness: gold questions, metrics, reports. Imports `rag`, never `ui`."""
