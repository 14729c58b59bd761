using AeServerless.Functions.Endpoints;

namespace AeServerless.Robustness.Tests.Fuzzing;

/// <summary>Bodies of requests for a run.</summary>
internal static class StartRequestTarget
{
    private static readonly string Inline = $$"""{ "dataset": "kjv", "recipe": {{RecipeTarget.Full}} }""";

    public static FuzzTarget Create() => new(
        "request", 10_000, Words.Of(
            """{ "dataset": "kjv-gpt2", "recipe": "all" }""",
            Inline), [.. RecipeTarget.Grammar, .. Words.Of("\"dataset\":", "\"recipe\":", "\"recipe\":{")], Parse)
    {
        // The recipe is parsed inside the request.
        BytesPerByte = 400,
    };

    private static void Parse(byte[] body) => StartRequest.Parse(body);
}
