using System.Globalization;
using AeServerless.Engine.Tensors;
using AeServerless.Exports.Runs;

namespace AeServerless.Exports.Checking;

/// <summary>Values and tokens of a golden folder as a run's results.</summary>
/// <param name="Latents">Values by row: latent and value, ascending.</param>
/// <param name="Width">Number of latents.</param>
/// <param name="Tokens">Token ids, sequences end to end.</param>
/// <param name="Context">Tokens of a sequence.</param>
internal sealed record GoldenInput(IReadOnlyList<IReadOnlyList<(int Latent, float Value)>> Latents, int Width, int[] Tokens, int Context)
{
    public const string Scalar = "golden";

    /// <summary>Number of sequences.</summary>
    public int Sequences => Tokens.Length / Context;

    /// <summary>Reads a dense tensor <c>[sequences, context, latents]</c> and <c>tokens</c>.</summary>
    public static async Task<GoldenInput> ReadAsync(string path, string tensor, CancellationToken cancellationToken)
    {
        using var source = new Engine.IO.FileByteSource(path);
        var file = await SafetensorsFile.OpenAsync(source, cancellationToken);
        var shape = file.GetTensor(tensor).Shape;
        var values = await file.ReadFloatsAsync(tensor, cancellationToken);
        var tokens = await file.ReadInt64Async("tokens", cancellationToken);
        var width = (int)shape[2];
        var rows = values.Chunk(width).Select(
            row => (IReadOnlyList<(int, float)>)[.. Enumerable.Range(0, width).Where(i => row[i] != 0).Select(i => (i, row[i]))]);
        return new GoldenInput([.. rows], width, Array.ConvertAll(tokens, id => (int)id), (int)shape[1]);
    }

    /// <summary>The first sequences alone.</summary>
    public GoldenInput Take(int sequences) => this with
    {
        Latents = [.. Latents.Take(sequences * Context)],
        Tokens = Tokens[..(sequences * Context)],
    };

    /// <summary>The value of a latent at each token of a sequence.</summary>
    public float[] Values(int sequence, int latent) => [.. Enumerable.Range(sequence * Context, Context)
        .Select(row => Latents[row].FirstOrDefault(entry => entry.Latent == latent).Value)];

    /// <summary>Writes the run's file of values at every token into a folder.</summary>
    public async Task<ExportRun> WriteAsync(string folder, int layer, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, "latents", Scalar, $"{layer}.safetensors");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var entries = Latents.Sum(row => row.Count);
        var metadata = new Dictionary<string, string>
        {
            ["schema"] = "ae-serverless/result/1",
            ["scalar"] = Scalar,
            ["type"] = "autoencoder_latent",
            ["layer"] = layer.ToString(CultureInfo.InvariantCulture),
            ["shape"] = "Latents",
            ["width"] = Width.ToString(CultureInfo.InvariantCulture),
            ["autoencoder"] = Scalar,
        };
        await using (var stream = File.Create(path))
        {
            await using var writer = await SafetensorsWriter.CreateAsync(
                stream,
                [
                    new("indptr", TensorDtype.I64, [Latents.Count + 1]),
                    new("sequence_lengths", TensorDtype.I32, [Sequences]),
                    new("indices", TensorDtype.I32, [entries]),
                    new("values", TensorDtype.F32, [entries]),
                ],
                metadata,
                cancellationToken);
            var starts = new long[Latents.Count + 1];
            for (var row = 0; row < Latents.Count; row++)
            {
                starts[row + 1] = starts[row] + Latents[row].Count;
            }

            await writer.WriteAsync(starts, cancellationToken);
            await writer.WriteAsync(Enumerable.Repeat(Context, Sequences).ToArray(), cancellationToken);
            await writer.WriteAsync(Latents.SelectMany(row => row.Select(entry => entry.Latent)).ToArray(), cancellationToken);
            await writer.WriteAsync(Latents.SelectMany(row => row.Select(entry => entry.Value)).ToArray(), cancellationToken);
            await writer.CompleteAsync(cancellationToken);
        }

        return new ExportRun { Files = new RunFolder(folder), Dataset = Scalar, Tokens = new MemoryTokenIds(Tokens) };
    }
}
