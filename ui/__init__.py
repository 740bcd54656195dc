"""The Streamlit pages. Imports `rag` and streamlit, never `eval`."""
