"""The client against a server of its own."""

from __future__ import annotations

import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from made_run import LATENTS, TOKENS, dense_values, write_run  # noqa: E402
from stub_server import CONTRACT, KEY, StubServer  # noqa: E402

from ae_serverless import AeServerlessError, ApiError, Client, Run, RunFailedError  # noqa: E402


class Served(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        write_run(self.folder)
        self.server = self.enterContext(StubServer(self.folder)) if hasattr(self, "enterContext") else self._enter(StubServer(self.folder))
        self.client = Client(self.server.url, KEY)
        self.addCleanup(self.client.close)
        self.run_ = self.client.open("run-made")

    def _enter(self, server: StubServer) -> StubServer:
        self.addCleanup(server.__exit__, None, None, None)
        return server.__enter__()


class ClientTests(Served):
    def test_what_is_asked_and_answered_is_what_the_app_has(self) -> None:
        self.client.run("made", "demo", progress=False, poll_seconds=0)

        self.assertEqual(self.server.bodies, [CONTRACT["request"]])
        self.assertEqual(self.client.health(), CONTRACT["health"])
        self.assertEqual(self.client.runs(), [CONTRACT["completed"]])
        (listed,) = CONTRACT["results"]["files"]
        self.assertEqual(set(listed), {"path", "length"})

    def test_run_waits_until_it_is_done(self) -> None:
        run = self.client.run("made", "demo", progress=False, poll_seconds=0)

        self.assertEqual(run.run_id, "run-made")
        self.assertEqual(self.server.bodies, [{"dataset": "made", "recipe": "demo"}])

    def test_run_takes_a_recipe_itself(self) -> None:
        self.client.run("made", {"schema": "ae-serverless/recipe/1"}, progress=False, poll_seconds=0)

        self.assertEqual(self.server.bodies[0]["recipe"], {"schema": "ae-serverless/recipe/1"})

    def test_run_shows_progress_with_or_without_tqdm(self) -> None:
        self.assertEqual(self.client.run("made", "demo", progress=True, poll_seconds=0).run_id, "run-made")

    def test_failed_run_raises_its_reason(self) -> None:
        self.server.fails = True

        with self.assertRaisesRegex(RunFailedError, "shard 3: is truncated"):
            self.client.run("made", "demo", progress=False, poll_seconds=0)

    def test_wrong_key_says_so(self) -> None:
        with Client(self.server.url, "wrong") as client, self.assertRaisesRegex(ApiError, "key is missing or wrong"):
            client.health()

    def test_unknown_run_says_what_the_app_says(self) -> None:
        with self.assertRaisesRegex(ApiError, "does not exist") as caught:
            self.client.status("run-other")
        self.assertEqual(caught.exception.status, 404)

    def test_time_over_says_that_the_run_goes_on(self) -> None:
        self.server.polls = 1 << 30

        with self.assertRaises(TimeoutError):
            self.client.run("made", "demo", progress=False, poll_seconds=0, timeout_seconds=0)


class ResultTests(Served):
    def test_latents_are_a_matrix_of_tokens_and_latents(self) -> None:
        matrix = self.run_.latents("mlp_latent")

        self.assertEqual(matrix.shape, (TOKENS, LATENTS))
        np.testing.assert_array_equal(matrix.toarray(), dense_values())

    def test_an_autoencoders_name_means_its_latents(self) -> None:
        np.testing.assert_array_equal(self.run_.latents("mlp").toarray(), dense_values())

    def test_rows_are_read_alone(self) -> None:
        part = self.run_.latents("mlp_latent", tokens=range(10, 20))

        np.testing.assert_array_equal(part.toarray(), dense_values()[10:20])
        ranges = [asked for path, asked in self.server.requests if path.endswith("latents/mlp_latent/2.safetensors")]
        self.assertEqual(len(ranges), 4)
        self.assertTrue(all(asked.startswith("bytes=") for asked in ranges))

    def test_rows_that_are_not_there_are_refused(self) -> None:
        with self.assertRaises(IndexError):
            self.run_.latents("mlp_latent", tokens=range(0, TOKENS + 1))

    def test_dense_scalars_are_arrays(self) -> None:
        self.assertEqual(self.run_.dense("mlp_error", tokens=range(2, 4))[0, 0], 10)
        with self.assertRaisesRegex(AeServerlessError, "dense"):
            self.run_.latents("mlp_error")

    def test_unknown_name_lists_those_that_there_are(self) -> None:
        with self.assertRaisesRegex(AeServerlessError, "mlp_error at layer 2, mlp_latent at layer 2"):
            self.run_.latents("other")

    def test_statistics_have_a_row_for_each_latent(self) -> None:
        statistics = self.run_.statistics("mlp_latent")

        self.assertEqual(list(statistics.index), list(range(LATENTS)))
        np.testing.assert_allclose(statistics["mean"], dense_values().astype(float).mean(0))
        self.assertEqual(statistics.loc[3, "count"], 0)

    def test_examples_come_strongest_first_with_texts_where_the_summary_has_them(self) -> None:
        examples = self.run_.examples(1, "mlp_latent")

        self.assertEqual(examples[0].value, dense_values()[:, 1].max())
        self.assertEqual(sorted((example.value for example in examples), reverse=True), [example.value for example in examples])
        self.assertEqual(examples[0].texts, (' "quoted"\n', " next"))
        self.assertIn('[ "quoted"\n]', str(examples[0]))

    def test_dead_latent_has_no_examples(self) -> None:
        self.assertEqual(self.run_.examples(3, "mlp_latent"), [])

    def test_token_metrics_have_a_row_for_each_token(self) -> None:
        self.assertEqual(len(self.run_.token_metrics("mlp")), TOKENS)

    def test_plot_draws_where_matplotlib_is_installed(self) -> None:
        try:
            import matplotlib
        except ImportError:
            self.skipTest("matplotlib is not installed")
        matplotlib.use("Agg")

        self.assertIn("latent 1", self.run_.plot(1, "mlp_latent").get_title())

    def test_storage_url_and_folder_read_the_same(self) -> None:
        stored = Run.open(f"{self.server.url}/storage?sig=secret")
        self.addCleanup(stored.source.close)
        for run in (stored, Run.open(self.folder)):
            np.testing.assert_array_equal(run.latents("mlp_latent").toarray(), dense_values())
        self.assertTrue(any(path.endswith("?sig=secret") for path, _ in self.server.requests))


if __name__ == "__main__":
    unittest.main()
