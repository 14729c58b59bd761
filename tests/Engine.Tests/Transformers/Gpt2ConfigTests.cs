using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Tests.Transformers;

public sealed class Gpt2ConfigTests
{
    private const string Valid = """
        { "model_type": "gpt2", "n_layer": 4, "n_embd": 128, "n_head": 4, "n_inner": null, "n_positions": 64, "vocab_size": 1024,
          "activation_function": "gelu_new", "layer_norm_epsilon": 1e-05 }
        """;

    [Fact]
    public void ValidConfig_IsRead()
    {
        var config = Parse(Valid);

        Assert.Equal(
            (4, 128, 4, 32, 512, 64, 1024), (
                config.Layers, config.Width, config.Heads, config.HeadWidth, config.MlpWidth, config.Positions, config.Vocabulary));
        Assert.Equal(1e-5, config.LayerNormEpsilon);
        Assert.True(config.TiedEmbeddings);
        Assert.Equal(96, Parse(Valid.Replace("null", "96", StringComparison.Ordinal)).MlpWidth);
    }

    [Theory]
    [InlineData("\"n_layer\": 4", "\"n_layer\": 0", "n_layer: must be a whole number")]
    [InlineData("\"n_layer\": 4,", "", "n_layer: is missing")]
    [InlineData("\"n_head\": 4", "\"n_head\": 5", "n_head: is 5, which does not divide n_embd, 128")]
    [InlineData("gelu_new", "relu", "activation_function: is 'relu'; supported: gelu_new")]
    [InlineData("\"gpt2\"", "\"llama\"", "model_type: is 'llama'; supported: gpt2")]
    [InlineData("1e-05", "-1", "layer_norm_epsilon: must be above 0")]
    [InlineData("1e-05", "1e-05, \"scale_attn_by_inverse_layer_idx\": true", "scale_attn_by_inverse_layer_idx: must be false")]
    [InlineData("1e-05", "1e-05, \"scale_attn_weights\": false", "scale_attn_weights: must be true")]
    [InlineData("{", "[", "not valid JSON")]
    public void WrongField_IsNamed(string text, string replacement, string message)
    {
        var error = Assert.Throws<InvalidInputException>(() => Parse(Valid.Replace(text, replacement, StringComparison.Ordinal)));

        Assert.StartsWith("model/config.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static Gpt2Config Parse(string json) => Gpt2Config.Parse(System.Text.Encoding.UTF8.GetBytes(json), "model/config.json");
}
