using AeServerless.Engine;
using AeServerless.Formats.Reading;

namespace AeServerless.Formats.Tests.Readers;

public sealed class FormatChoiceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UnknownFormat_IsRefusedWithTheKnownOnes()
    {
        var error = await RefusedAsync("own-relu/7.safetensors", "sae-lens");
        Assert.Contains("saelens", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FormatOfOtherFiles_IsRefused()
    {
        var error = await RefusedAsync("own-relu/7.safetensors", "saelens");
        Assert.Contains("cfg.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FolderOfNothingKnown_IsRefusedWithWhatIsThere()
    {
        var folder = new MemoryFolder("folder", new Dictionary<string, byte[]> { ["notes.txt"] = [1] });
        using var input = await FormatInput.OpenAsync(folder, null, FormatHints.None, Cancel);
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => AutoencoderFormats.OpenAsync(input, null, Cancel));
        Assert.Contains("notes.txt", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("saelens-topk/sae_weights.safetensors")]
    [InlineData("saelens-topk/cfg.json")]
    [InlineData("llama-scope-R/checkpoints/final.safetensors")]
    [InlineData("circuit-tracer-relu/layer_2.safetensors")]
    public async Task FileOfAFolder_StandsForIt(string path)
    {
        using var input = await FormatInput.OpenAsync(Path.Combine(Repository.GoldenFormats, path), FormatHints.None, Cancel);
        var opened = await AutoencoderFormats.OpenAsync(input, null, Cancel);
        Assert.NotNull(opened.Header.In);
    }

    [Fact]
    public async Task SetOfTranscodersWithoutALayer_IsRefused()
    {
        var error = await RefusedAsync("circuit-tracer-relu", null);
        Assert.Contains("layer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KForAGateWithout_IsRefused()
    {
        var error = await RefusedAsync("saelens-standard", null, new FormatHints { K = 5 });
        Assert.Contains("k 5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KThatContradictsTheFile_IsRefused()
    {
        var error = await RefusedAsync("saelens-topk", null, new FormatHints { K = 1 });
        Assert.Contains("contradict", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("saelens-standard", "cfg.json", "\"d_in\":", "\"input_gain\": 2, \"d_in\":", "input_gain")]
    [InlineData(
        "saelens-standard", "cfg.json", "\"model_from_pretrained_kwargs\": {",
        "\"model_from_pretrained_kwargs\": {\"fold_everything\": true", "fold_everything")]
    [InlineData("saelens-standard", "cfg.json", "\"hook_head_index\": null", "\"hook_head_index\": 3", "hook_head_index")]
    [InlineData("llama-scope-R", "hyperparams.json", "\"act_fn\":", "\"new_scale\": 2, \"act_fn\":", "new_scale")]
    [InlineData("llamascopium-relu", "config.json", "\"act_fn\":", "\"new_scale\": 2, \"act_fn\":", "new_scale")]
    [InlineData("circuit-tracer-relu", "config.yaml", "scan:", "new_scale: 2\nscan:", "new_scale")]
    [InlineData("dictionary-learning-topk", "config.json", "\"lr\":", "\"new_scale\": 2, \"lr\":", "new_scale")]
    [InlineData("dictionary-learning-topk", "config.json", "\"io\":", "\"new_scale\": 2, \"io\":", "new_scale")]
    [InlineData("sparsify-topk/layers.7", "cfg.json", "\"k\":", "\"new_scale\": 2, \"k\":", "new_scale")]
    [InlineData(
        "gemma-scope-2/resid_post/layer_6_width_16k_l0_small", "config.json", "\"width\":", "\"new_scale\": 2, \"width\":", "new_scale")]
    public async Task UnknownField_IsRefusedByName(string golden, string config, string field, string changed, string named)
    {
        var folder = MemoryFolder.Of(Path.Combine(Repository.GoldenFormats, golden));
        var text = System.Text.Encoding.UTF8.GetString(folder.Content(config));
        Assert.Contains(field, text, StringComparison.Ordinal);
        var replaced = folder.With(config, System.Text.Encoding.UTF8.GetBytes(text.Replace(field, changed, StringComparison.Ordinal)));
        using var input = await FormatInput.OpenAsync(replaced, null, new FormatHints { Layer = 1 }, Cancel);
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => AutoencoderFormats.OpenAsync(input, null, Cancel));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    private static async Task<InvalidInputException> RefusedAsync(string path, string? format, FormatHints? hints = null)
    {
        using var input = await FormatInput.OpenAsync(Path.Combine(Repository.GoldenFormats, path), hints ?? FormatHints.None, Cancel);
        return await Assert.ThrowsAsync<InvalidInputException>(() => AutoencoderFormats.OpenAsync(input, format, Cancel));
    }
}
