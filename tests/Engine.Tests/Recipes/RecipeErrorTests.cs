using AeServerless.Engine.Recipes;
using CsCheck;

namespace AeServerless.Engine.Tests.Recipes;

public sealed class RecipeErrorTests
{
    [Theory]
    [InlineData("", "recipes/test.json: is not valid JSON")]
    [InlineData("[1]", "$: must be an object, not an array")]
    [InlineData("{ \"layers\": [1],, }", "is not valid JSON")]
    [InlineData("""{ "derivedScalars": ["a"], "derivedScalars": ["b"] }""", "is not valid JSON")]
    [InlineData("""{ "derivedScalars": ["\ud800"] }""", "not valid Unicode")]
    [InlineData("""{ "layer": [1], "derivedScalars": ["a"] }""", "$: unknown field \"layer\"; the known fields are autoencoders, chunkTokens, datasets")]
    [InlineData("{}", "$: the field \"derivedScalars\" is missing")]
    [InlineData("""{ "schema": "ae-serverless/recipe/2", "derivedScalars": ["a"] }""", "$.schema: must be \"ae-serverless/recipe/1\"")]
    [InlineData("""{ "derivedScalars": [] }""", "$.derivedScalars: must not be empty")]
    [InlineData("""{ "derivedScalars": "a" }""", "$.derivedScalars: must be a list of derived scalars, not \"a\"")]
    [InlineData("""{ "derivedScalars": [7] }""", "$.derivedScalars[0]: must be an object, not 7")]
    [InlineData("""{ "derivedScalars": ["a/b"] }""", "$.derivedScalars[0]: must be 1 to 120 letters, digits")]
    [InlineData("""{ "derivedScalars": ["a", "a"] }""", "$.derivedScalars[1]: a second derived scalar called a")]
    [InlineData("""{ "derivedScalars": [{ "type": "a", "autoencoder": "b" }] }""", "$.derivedScalars[0].autoencoder: names \"b\", but the recipe has no")]
    [InlineData("""{ "derivedScalars": [{ "type": "a", "latents": [] }] }""", "$.derivedScalars[0].latents: must not be empty")]
    [InlineData("""{ "derivedScalars": [{ "type": "a", "tokens": [-1] }] }""", "$.derivedScalars[0].tokens[0]: must be a whole number of at least 0, not -1")]
    [InlineData("""{ "derivedScalars": ["a"], "layers": "some" }""", "$.layers: must be \"all\" or a list of layers, not \"some\"")]
    [InlineData("""{ "derivedScalars": ["a"], "layers": [1.5] }""", "$.layers[0]: must be a whole number of at least 0, not 1.5")]
    [InlineData("""{ "derivedScalars": ["a"], "layers": [99999999999] }""", "$.layers[0]: must be a whole number")]
    [InlineData("""{ "derivedScalars": ["a"], "layers": [] }""", "$.layers: must not be empty")]
    [InlineData("""{ "derivedScalars": ["a"], "datasets": ["../x"] }""", "$.datasets[0]: must be a dataset's name")]
    [InlineData("""{ "derivedScalars": ["a"], "datasets": ["a\u0007"] }""", "$.datasets[0]: must be a dataset's name")]
    [InlineData("""{ "derivedScalars": ["a"], "exports": ["parquett"] }""", "$.exports[0]: must be one of circuit-tracer, csr, delphi, neuron-record")]
    [InlineData("""{ "derivedScalars": ["a"], "exports": ["parquet", "csr"] }""", "$.exports[1]: \"csr\" is made of the values at every token")]
    [InlineData("""{ "derivedScalars": ["a"], "exports": ["parquet", "parquet"] }""", "$.exports[1]: a second \"parquet\"")]
    [InlineData("""{ "derivedScalars": ["a"], "outputs": ["latent"] }""", "$.outputs[0]: must be one of latents, statistics, tokens, not \"latent\"")]
    [InlineData("""{ "derivedScalars": ["a"], "chunkTokens": 0 }""", "$.chunkTokens: must be a whole number from 1 to 16777216, not 0")]
    [InlineData("""{ "derivedScalars": ["a"], "chunkTokens": "8" }""", "$.chunkTokens: must be a whole number from 1 to 16777216, not \"8\"")]
    [InlineData("""{ "derivedScalars": ["a"], "exclude": [0] }""", "$.exclude: must be an object, not an array")]
    [InlineData("""{ "derivedScalars": ["a"], "exclude": { "position": [0] } }""", "$.exclude: unknown field \"position\"; the known fields are normAbove, p")]
    [InlineData("""{ "derivedScalars": ["a"], "exclude": { "positions": 0 } }""", "$.exclude.positions: must be a list of positions in a sequence, not 0")]
    [InlineData("""{ "derivedScalars": ["a"], "exclude": { "tokenIds": [-1] } }""", "$.exclude.tokenIds[0]: must be a whole number of at least 0, not -1")]
    [InlineData("""{ "derivedScalars": ["a"], "exclude": { "normAbove": 1 } }""", "$.exclude.normAbove: must be a number above 1, a multiple of the median")]
    [InlineData("""{ "derivedScalars": ["a"], "exclude": { "normAbove": "10" } }""", "$.exclude.normAbove: must be a finite number, not \"10\"")]
    [InlineData("""{ "derivedScalars": [{ "type": "a", "exclude": { "ids": [] } }] }""", "$.derivedScalars[0].exclude: unknown field \"ids\"")]
    [InlineData("""{ "derivedScalars": ["a"], "referenceCompatible": "yes" }""", "$.referenceCompatible: must be true or false, not \"yes\"")]
    [InlineData("""{ "derivedScalars": ["a"], "statistics": { "top": 1 } }""", "$.statistics: unknown field \"top\"; the known fields are histogramBins")]
    [InlineData("""{ "derivedScalars": ["a"], "statistics": { "topExamples": 1001 } }""", "$.statistics.topExamples: must be a whole number from 0 to 1000")]
    [InlineData("""{ "derivedScalars": ["a"], "statistics": { "histogramBins": 2 } }""", "$.statistics.histogramBins: must be a whole number from 3 to 1024")]
    [InlineData("""{ "derivedScalars": ["a"], "statistics": { "histogramMinExponent": 12 } }""", "histogramMaxExponent must be above histogramMinExponent")]
    public void BadRecipe_NamesTheFieldAndWhatIsRight(string json, string expected) => AssertError(json, expected);

    [Theory]
    [InlineData("""{ "path": "a" }""", "$.autoencoders[0]: needs a \"name\": without \"input\" only its files say what it reads")]
    [InlineData("""{ "input": "mlp" , "path": "a" }""",
        "input: must be one of attn_v_out, mlp_in, mlp_in_normalized, mlp_post_act, resid_delta_attn, resid_delta_mlp, resid_post_attn, "
            + "resid_post_emb, resid_post_mlp, not \"mlp\"")]
    [InlineData("""{ "place": "mlp_in", "input": "mlp_in", "path": "a" }""", "place: says the same as \"input\"; leave one of the two out")]
    [InlineData("""{ "input": "mlp_in", "output": "resid_post_mlp", "path": "a" }""", "output: transcoders that are supported read mlp_in")]
    [InlineData("""{ "input": "resid_post_mlp", "output": "resid_delta_mlp", "path": "a" }""", "output: transcoders that are supported")]
    [InlineData("""{ "input": "mlp_in", "path": "a", "k": 0 }""", "k: must be a whole number of at least 1")]
    [InlineData("""{ "input": "mlp_in", "path": "a", "layer": 1, "layers": [1] }""", "layer: says the same as \"layers\"")]
    [InlineData("""{ "input": "mlp_post_act" }""", "$.autoencoders[0]: the field \"path\" is missing")]
    [InlineData("""{ "input": "mlp_post_act", "path": "/a" }""", "path: must be a relative path")]
    [InlineData("""{ "input": "mlp_post_act", "path": "a/../b" }""", "path: must be a relative path")]
    [InlineData("""{ "input": "mlp_post_act", "path": "a\\b" }""", "path: must be a relative path")]
    [InlineData("""{ "input": "mlp_post_act", "path": "a/{lyer}" }""", "path: must be a relative path")]
    [InlineData("""{ "input": "mlp_post_act", "path": "a.pt", "layers": [1, 2] }""", "path: must have {layer} in it")]
    [InlineData("""{ "input": "mlp_post_act", "path": "a", "format": "pickle" }""", "format: must be one of ae-serverless, auto, circuit-tracer, ")]
    [InlineData("""{ "input": "mlp_post_act", "path": "a", "nodeType": "attention_autoencoder_latent" }""",
        "nodeType: an autoencoder on mlp_post_act is mlp_autoencoder_latent (or autoencoder_latent), not attention_autoencoder_latent")]
    [InlineData("""{ "input": "mlp_post_act", "path": "a" }, { "input": "resid_delta_mlp", "path": "b" }""",
        "$.autoencoders[1]: a second autoencoder called mlp_autoencoder_latent; two of one node type must each have a \"name\"")]
    public void BadAutoencoder_NamesTheFieldAndWhatIsRight(string autoencoders, string expected) =>
        AssertError($$"""{ "derivedScalars": ["a"], "autoencoders": [{{autoencoders}}] }""", expected);

    [Theory]
    [InlineData("""{ "nodeType": "neuron", "layer": 1, "tensorIndices": [0, 1] }""", "nodeType: must be one of attention_autoencoder_latent, attention_head")]
    [InlineData("""{ "nodeType": "mlp_neuron", "layer": -1, "tensorIndices": [0, 1] }""", "layer: must be a whole number of at least 0")]
    [InlineData("""{ "nodeType": "mlp_neuron", "layer": 1, "tensorIndices": [0] }""", "tensorIndices: must be [token, neuron], not 1 numbers")]
    [InlineData("""{ "nodeType": "mlp_neuron", "layer": 1, "tensorIndices": [0, null] }""", "tensorIndices[1]: must be a whole number")]
    [InlineData("""{ "nodeType": "mlp_neuron", "layer": 1, "tensorIndices": ["any", 1] }""", "tensorIndices[0]: must be a position in a sequence or \"all\"")]
    [InlineData("""{ "nodeType": "mlp_neuron", "layer": 1, "tensorIndices": [0, 1], "preOrPostAct": "after" }""", "preOrPostAct: must be one of post, pre")]
    [InlineData("""{ "nodeType": "mlp_neuron", "layer": 1, "tensorIndices": [0, 1], "attentionTraceType": "q" }""", "attentionTraceType is for the node type")]
    [InlineData("""{ "nodeType": "attention_head", "layer": 1, "tensorIndices": [0, 1, 2] }""", "an attention_head needs \"attentionTraceType\"")]
    [InlineData("""{ "nodeType": "attention_head", "layer": 1, "tensorIndices": [0, 1], "attentionTraceType": "q" }""", "must be [query token, key token, head]")]
    [InlineData("""{ "nodeType": "attention_head", "layer": 1, "tensorIndices": [0, 1, 2], "attentionTraceType": "q", "downstream": {} }""",
        "downstream: is for an attention_head with attentionTraceType v alone")]
    public void BadTrace_NamesTheFieldAndWhatIsRight(string trace, string expected) =>
        AssertError($$"""{ "derivedScalars": [{ "type": "a", "trace": {{trace}} }] }""", expected);

    [Fact]
    public void TooLargeOrTooDeep_IsRefused()
    {
        AssertError($$"""{ "name": "{{new string('x', Recipe.MaxBytes)}}" }""", "the most is 1048576");
        AssertError($"{new string('[', 40)}{new string(']', 40)}", "is not valid JSON");
    }

    [Fact]
    public void LongValue_IsCutInTheMessage()
    {
        var error = Assert.Throws<InvalidInputException>(
            () => Recipe.Parse(System.Text.Encoding.UTF8.GetBytes($$"""{ "{{new string('x', 5000)}}": 1 }"""), "recipes/test.json"));

        Assert.InRange(error.Message.Length, 1, 400);
    }

    [Fact]
    public void HostileBytes_AreRefusedOrRead()
    {
        var recipe = System.Text.Encoding.UTF8.GetBytes(
            """{"layers":[1],"derivedScalars":[{"type":"a","trace":{"nodeType":"mlp_neuron","layer":1,"tensorIndices":[0,1]}}],"outputs":["latents"]}""");
        Gen.Select(Gen.Int[0, recipe.Length - 1], Gen.Byte, Gen.Int[0, recipe.Length]).Array[1, 4].Sample(
            edits =>
            {
                var bytes = recipe.ToArray();
                foreach (var (at, value, _) in edits)
                {
                    bytes[at] = value;
                }

                try
                {
                    Recipe.Parse(bytes.AsSpan(0, Math.Max(edits[0].Item3, edits[0].Item1)), "fuzz");
                }
                catch (InvalidInputException error)
                {
                    Assert.StartsWith("fuzz", error.Message, StringComparison.Ordinal);
                }
            },
            iter: 5000);
    }

    private static void AssertError(string json, string expected)
    {
        var error = Assert.Throws<InvalidInputException>(() => Recipe.Parse(System.Text.Encoding.UTF8.GetBytes(json), "recipes/test.json"));
        Assert.StartsWith("recipes/test.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
