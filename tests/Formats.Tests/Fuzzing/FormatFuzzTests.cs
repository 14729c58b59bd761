using System.Globalization;
using System.Text;
using AeServerless.Engine;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;
using CsCheck;

namespace AeServerless.Formats.Tests.Fuzzing;

/// <summary>Damaged files are read or refused with a message, and cost no more memory than their size warrants.</summary>
public sealed class FormatFuzzTests(ITestOutputHelper output)
{
    private const int Cases = 7_000;
    private const int LongestMessage = 4_000;
    private const long FixedBytes = 16 << 20;
    private const long BytesPerByte = 400;

    /// <summary>By how much the number of cases is multiplied, for longer hunts than the suite's.</summary>
    private static readonly int Factor =
        int.TryParse(Environment.GetEnvironmentVariable("FUZZ_FACTOR"), CultureInfo.InvariantCulture, out var factor) ? factor : 1;

    [Theory]
    [InlineData("goodfire", "Llama-3.1-8B-Instruct-SAE-l19.pth", "data.pkl")]
    [InlineData("openai-v5-topk", "11.pt", "data.pkl")]
    [InlineData("openai-legacy-serialization", "5.pt", null)]
    [InlineData("dictionary-learning-gated", "ae.pt", "data.pkl")]
    public Task DamagedCheckpoint_IsReadOrRefused(string golden, string file, string? pickle) => FuzzAsync(golden, file, pickle);

    [Theory]
    [InlineData("gemma-scope-1/layer_7/width_16k/average_l0_27", "params.npz", "W_enc.npy")]
    [InlineData("gemma-scope-1-fortran/layer_7/width_16k/average_l0_27", "params.npz", "W_dec.npy")]
    [InlineData("refuse-npz-deflate-bomb", "params.npz", "W_enc.npy")]
    public Task DamagedArchive_IsReadOrRefused(string golden, string file, string array) => FuzzAsync(golden, file, array);

    [Theory]
    [InlineData("saelens-topk-rescale", "cfg.json")]
    [InlineData("saelens-legacy-topk", "cfg.json")]
    [InlineData("llama-scope-TC", "hyperparams.json")]
    [InlineData("llamascopium-dataset-wise", "config.json")]
    [InlineData("dictionary-learning-matryoshka", "config.json")]
    [InlineData("circuit-tracer-topk", "config.yaml")]
    [InlineData("sparsify-groupmax/layers.9", "cfg.json")]
    [InlineData("own-topk", "1.safetensors")]
    public Task DamagedConfiguration_IsReadOrRefused(string golden, string file) => FuzzAsync(golden, file, null);

    private async Task FuzzAsync(string golden, string file, string? structure)
    {
        var folder = MemoryFolder.Of(Path.Combine(Repository.GoldenFormats, golden));
        var content = folder.Content(file);
        var isConfig = file.EndsWith(".json", StringComparison.Ordinal) || file.EndsWith(".yaml", StringComparison.Ordinal);
        var refused = 0;
        var taken = 0;
        var anything = Damage.Of(content, PlacesOf(content, structure));
        var damaged = file.EndsWith(".json", StringComparison.Ordinal) ? Gen.OneOf(anything, JsonDamage.Of(content)) : anything;
        await damaged.SampleAsync(
            async bytes =>
            {
                if (await GiveAsync(folder.With(file, bytes), isConfig ? null : file))
                {
                    Interlocked.Increment(ref taken);
                }
                else
                {
                    Interlocked.Increment(ref refused);
                }
            },
            iter: Cases * Factor);
        output.WriteLine($"{golden}: {refused} refused, {taken} taken");
        Assert.True(refused > 0, "No input was refused: the damage does nothing.");
        Assert.True(
            taken > 0 || golden.StartsWith("refuse-", StringComparison.Ordinal),
            "No input was taken: the damage never gets past the first check.");
    }

    /// <summary>The front, the end (a zip archive's directory), and what lies behind the name of an entry.</summary>
    private static Range[] PlacesOf(byte[] content, string? structure)
    {
        const int Part = 600;
        var places = new List<Range> { ..Math.Min(Part, content.Length), ^Math.Min(Part * 2, content.Length).. };
        if (structure is not null && content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(structure)) is > 0 and var at)
        {
            places.Add(at..Math.Min(content.Length, at + Part));
        }

        return [.. places];
    }

    private static async Task<bool> GiveAsync(MemoryFolder folder, string? file)
    {
        var size = (await folder.ListAsync(CancellationToken.None)).Sum(name => (long)folder.Content(name).Length);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var accepted = await ReadAsync(folder, file);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= FixedBytes + (BytesPerByte * size), $"allocated {allocated} bytes for an input of {size}");
        return accepted;
    }

    private static async Task<bool> ReadAsync(MemoryFolder folder, string? file)
    {
        try
        {
            using var input = await FormatInput.OpenAsync(folder, file, new FormatHints { Layer = 1 }, CancellationToken.None);
            var opened = await AutoencoderFormats.OpenAsync(input, null, CancellationToken.None);
            var definition = await opened.LoadAsync(CancellationToken.None);
            var x = new float[definition.Header.InputSize];
            var latents = new ReferenceAutoencoder(definition).Encode(x);
            new ReferenceAutoencoder(definition).Decode(latents, x);
            return true;
        }
        catch (InvalidInputException e)
        {
            Assert.InRange(e.Message.Length, 1, LongestMessage);
            Assert.DoesNotContain(e.Message, char.IsControl);
            return false;
        }
    }
}
