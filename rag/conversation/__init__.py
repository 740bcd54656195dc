"""A question in a conversation → what it asks, standing alone, and the reports that it is about.

In the order of use: `question` (what may be asked), `turns` (what the next question needs to
know), `courtesies`, `follow_up`, `going_back`, `someone_else`, `elliptic`, `resolve`, and
`resolve_stage`, which puts them together as the first stage of the spine (`rag.chat`).
"""
