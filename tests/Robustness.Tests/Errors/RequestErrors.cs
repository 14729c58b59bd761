using System.Text;

namespace AeServerless.Robustness.Tests.Errors;

/// <summary>Requests to the HTTP API that are wrong in themselves.</summary>
internal static class RequestErrors
{
    private const string NoRun = "run-00000000000000000000000000000000";

    public static IReadOnlyList<ErrorCase> All { get; } =
    [
        new("no key, or a wrong one", async (stage, cancel) => ErrorSeen.Of(await stage.Client.GetWithAsync(key: "wrong", "runs", cancel))),
        new("body that is not JSON", (stage, cancel) => stage.PostAsync("{ dataset", cancel)),
        new("body that is no object", (stage, cancel) => stage.PostAsync("[]", cancel)),
        new(
            "body with bytes that are not UTF-8",
            (stage, cancel) => stage.PostAsync(Encoding.Latin1.GetBytes("{ \"dataset\": \"\u00ff\" }"), cancel)),
        new("body with an unknown field", (stage, cancel) => stage.PostAsync("""{ "dataset": "d", "recipes": "r" }""", cancel)),
        new("body with a field twice", (stage, cancel) => stage.PostAsync("""{ "dataset": "d", "dataset": "e", "recipe": "r" }""", cancel)),
        new("body of more than 1,052,672 bytes", (stage, cancel) => stage.PostAsync(new string(' ', 1_052_673), cancel)),
        new("no dataset", (stage, cancel) => stage.PostAsync("""{ "recipe": "r" }""", cancel)),
        new("dataset name with `..`", (stage, cancel) => stage.PostAsync("""{ "dataset": "a..b", "recipe": "r" }""", cancel)),
        new("dataset name with `/`", (stage, cancel) => stage.PostAsync("""{ "dataset": "a/b", "recipe": "r" }""", cancel)),
        new(
            "dataset name with a control character",
            (stage, cancel) => stage.PostAsync("""{ "dataset": "a\u0007b", "recipe": "r" }""", cancel)),
        new("dataset name that is empty", (stage, cancel) => stage.PostAsync("""{ "dataset": "", "recipe": "r" }""", cancel)),
        new("dataset name with `*`", (stage, cancel) => stage.PostAsync("""{ "dataset": "kjv-*", "recipe": "r" }""", cancel)),
        new(
            "dataset that does not exist",
            (stage, cancel) => stage.PostAsync(
                $$"""{ "dataset": "nowhere", "recipe": {{ErrorStage.RecipeOf("\"attention_autoencoder_latent\"")}} }""", cancel)),
        new("no recipe", (stage, cancel) => stage.PostAsync("""{ "dataset": "d" }""", cancel)),
        new("recipe that does not exist", (stage, cancel) => stage.PostAsync("""{ "dataset": "d", "recipe": "mine" }""", cancel)),
        new(
            "recipe name that leaves its container",
            (stage, cancel) => stage.PostAsync("""{ "dataset": "d", "recipe": "../models/m" }""", cancel)),
        new("run that does not exist", (stage, cancel) => stage.GetAsync($"runs/{NoRun}", cancel)),
        new("run id that is none", (stage, cancel) => stage.GetAsync("runs/latest", cancel)),
        new(
            "ending a run that does not exist",
            async (stage, cancel) => ErrorSeen.Of(await stage.Client.SendAsync(HttpMethod.Delete, $"runs/{NoRun}", cancel))),
        new("status in a listing that is none", (stage, cancel) => stage.GetAsync("runs?status=done", cancel)),
        new("limit of a listing that is out of range", (stage, cancel) => stage.GetAsync("runs?limit=0", cancel)),
        new("results of a run that does not exist", (stage, cancel) => stage.GetAsync($"runs/{NoRun}/results/", cancel)),
        new("result that does not exist", (stage, cancel) => stage.GetAsync($"runs/{NoRun}/results/mine.json", cancel)),
        new("result path that leaves its run", (stage, cancel) => stage.GetAsync($"runs/{NoRun}/results/a%5c..%5cb", cancel)),
    ];
}
