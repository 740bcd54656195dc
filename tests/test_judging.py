"""Stories with sentences of which one tells, unmarked: the weights that the fit finds."""

from __future__ import annotations

import numpy as np

from rag.training.judging import fitted, judged

# Two sentences a story, the second the same in all; 'well' leads to 0, 'weak' to 1.
SENTENCES = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]] * 6)
OF = np.repeat(np.arange(12), 2)
VALUES = np.array([0, 1] * 6)
STORIES = np.zeros((12, 1))


def test_the_sentence_that_tells_weighs_and_the_other_does_not():
    """Nobody marked it: it is what differs between the stories."""
    weights = fitted(STORIES, SENTENCES, OF, VALUES, (1.0, 1.0))
    well, weak, other = weights[1]
    assert well[0] > well[1] and weak[1] > weak[0]
    assert abs(other[0] - other[1]) < 0.1
    assert (judged(STORIES, SENTENCES, OF, weights) == VALUES).all()


def test_what_holds_of_the_whole_story_weighs_too():
    """Sentences that tell nothing leave the response to the story."""
    stories = VALUES[:, None].astype(float)
    same = np.ones((24, 1))
    weights = fitted(stories, same, OF, VALUES, (1.0, 1.0))
    assert (judged(stories, same, OF, weights) == VALUES).all()
