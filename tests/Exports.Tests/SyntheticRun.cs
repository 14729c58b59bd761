using System.Globalization;
using AeServerless.Engine.Tensors;
using AeServerless.Exports.Runs;

namespace AeServerless.Exports.Tests;

/// <summary>A run's result files with values that a formula gives, written front to back: as large as a test wants.</summary>
internal sealed record SyntheticRun(string Folder, int Sequences, int Context, int Width, int PerToken)
{
    public const int Layer = 2;
    private const int BlockRows = 4096;

    public int Vocabulary { get; init; } = 50_257;

    /// <summary>Names of the scalars; the first are the latents.</summary>
    public string[] Scalars { get; init; } = ["mlp_latent"];

    /// <summary>Leaves out a part of the values of every scalar but the first.</summary>
    public bool Gaps { get; init; }

    /// <summary>Has the first token of each sequence marked as out of the statistics.</summary>
    public bool ExcludesFirst { get; init; }

    public int Tokens => Sequences * Context;

    public long Entries => (long)Tokens * PerToken;

    /// <summary>The latent that stands at a place of a token's list.</summary>
    public int Latent(int row, int place) => (int)(((long)place * Width / PerToken) + (Mix(row, place) % (uint)(Width / PerToken)));

    public float Value(int scalar, int row, int place) =>
        (scalar == 0 ? 1 : scalar % 2 == 1 ? -1 : 2) * ((Mix(row + 7, place + scalar) % 4096) + 1) / 256f;

    public bool IsThere(int scalar, int row, int place) => scalar == 0 || !Gaps || Mix(row + scalar, place) % 3 != 0;

    public int Token(int row) => (int)(Mix(row, 99) % (uint)Vocabulary);

    public async Task<ExportRun> WriteAsync(CancellationToken cancellationToken)
    {
        for (var scalar = 0; scalar < Scalars.Length; scalar++)
        {
            await WriteAsync(scalar, cancellationToken);
        }

        return new ExportRun
        {
            Files = new RunFolder(Folder),
            Dataset = "synthetic",
            RunId = "run-1",
            Tokens = new MemoryTokenIds(Enumerable.Range(0, Tokens).Select(Token).ToArray()),
            TokenText = id => $" t{id}",
            Vocabulary = Vocabulary,
        };
    }

    private async Task WriteAsync(int scalar, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Folder, "latents", Scalars[scalar], $"{Layer}.safetensors");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var starts = new long[Tokens + 1];
        for (var row = 0; row < Tokens; row++)
        {
            starts[row + 1] = starts[row] + Enumerable.Range(0, PerToken).Count(place => IsThere(scalar, row, place));
        }

        await using var stream = File.Create(path);
        await using var writer = await SafetensorsWriter.CreateAsync(
            stream,
            [
                new("indptr", TensorDtype.I64, [starts.Length]),
                new("sequence_lengths", TensorDtype.I32, [Sequences]),
                new("indices", TensorDtype.I32, [starts[^1]]),
                new("values", TensorDtype.F32, [starts[^1]]),
                .. ExcludesFirst ? [new TensorSpec("excluded", TensorDtype.U8, [Tokens])] : Array.Empty<TensorSpec>(),
            ],
            Metadata(scalar),
            cancellationToken);
        await writer.WriteAsync(starts, cancellationToken);
        await writer.WriteAsync(Enumerable.Repeat(Context, Sequences).ToArray(), cancellationToken);
        await WriteAsync(scalar, Latent, (values, token) => writer.WriteAsync(values, token), cancellationToken);
        await WriteAsync(
            scalar, (row, place) => Value(scalar, row, place), (values, token) => writer.WriteAsync(values, token), cancellationToken);
        if (ExcludesFirst)
        {
            var marks = Enumerable.Range(0, Tokens).Select(row => (byte)(row % Context == 0 ? 2 : 0)).ToArray();
            await writer.WriteAsync(marks, cancellationToken);
        }

        await writer.CompleteAsync(cancellationToken);
    }

    private async Task WriteAsync<T>(
        int scalar, Func<int, int, T> value, Func<ReadOnlyMemory<T>, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var block = new List<T>();
        for (var first = 0; first < Tokens; first += BlockRows)
        {
            block.Clear();
            for (var row = first; row < Math.Min(Tokens, first + BlockRows); row++)
            {
                for (var place = 0; place < PerToken; place++)
                {
                    if (IsThere(scalar, row, place))
                    {
                        block.Add(value(row, place));
                    }
                }
            }

            await write(block.ToArray(), cancellationToken);
        }
    }

    private Dictionary<string, string> Metadata(int scalar) => new()
    {
        ["schema"] = "ae-serverless/result/1",
        ["scalar"] = Scalars[scalar],
        ["type"] = scalar == 0 ? "mlp_autoencoder_latent" : "mlp_autoencoder_write_norm",
        ["layer"] = Layer.ToString(CultureInfo.InvariantCulture),
        ["shape"] = "Latents",
        ["width"] = Width.ToString(CultureInfo.InvariantCulture),
        ["vector_width"] = "0",
        ["autoencoder"] = "mlp",
    };

    private static uint Mix(int row, int place)
    {
        var value = ((uint)row * 2_654_435_761u) ^ ((uint)place * 2_246_822_519u);
        value = (value ^ (value >> 15)) * 2_246_822_519u;
        value = (value ^ (value >> 13)) * 3_266_489_917u;
        return value ^ (value >> 16);
    }
}
