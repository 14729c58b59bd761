using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Exports.Checking;

/// <summary>
/// Checks folders of inputs and of what other tools' own writers made of them: exports the inputs and compares. Parts that a folder has not
/// are left out.
/// </summary>
public static class GoldenExports
{
    private const string Latents = "latents.safetensors";

    /// <summary>Whether a folder is one of these.</summary>
    public static bool IsOne(string directory) =>
        File.Exists(Path.Combine(directory, Latents)) || Directory.Exists(Path.Combine(directory, "neuronpedia", "output"));

    /// <summary>Compares all parts of a folder.</summary>
    /// <exception cref="InvalidInputException">A file of the folder is damaged.</exception>
    public static async Task<IReadOnlyList<GoldenCount>> CheckAsync(string directory, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(directory);
        using var workspace = new GoldenWorkspace();
        var counts = new List<GoldenCount>();
        bool Has(params string[] path) => Path.Exists(Path.Combine([directory, .. path]));
        var tensors = new TensorChecks(directory, workspace);
        if (Has(Latents))
        {
            var input = await GoldenInput.ReadAsync(Path.Combine(directory, Latents), "latents", cancellationToken);
            var records = new RecordChecks(directory, workspace, input);
            await AddAsync(Has("delphi", "latents"), () => tensors.DelphiAsync("delphi", input, cancellationToken));
            await AddAsync(
                Has("saelens", "sparsity.safetensors"),
                () => tensors.SparsityAsync("saelens/sparsity.safetensors", input, cancellationToken));
            await AddAsync(Has("token_acts.npz"), () => tensors.CsrAsync("token_acts.npz", input, cancellationToken));
            await AddAsync(Has("token_acts_stored.npz"), () => tensors.CsrAsync("token_acts_stored.npz", input, cancellationToken));
            await AddAsync(Has("latents.parquet"), () => new TableChecks(directory, workspace, input).CheckAsync(cancellationToken));
            await AddAsync(Has("transformer-debugger", "collated-activations"), () => records.NeuronRecordsAsync(cancellationToken));
            await AddAsync(Has("circuit-tracer", "plain"), () => records.CircuitTracerAsync(cancellationToken));
        }

        if (Has("delphi-wide", "coo.safetensors"))
        {
            var wide = await ReadCoordinatesAsync(Path.Combine(directory, "delphi-wide", "coo.safetensors"), cancellationToken);
            counts.Add(await tensors.DelphiAsync("delphi-wide", wide, cancellationToken));
        }

        if (Has("neuronpedia", "output"))
        {
            counts.AddRange(await new DashboardChecks(directory, workspace).CheckAsync(cancellationToken));
        }

        return counts;

        async Task AddAsync(bool there, Func<Task<GoldenCount>> check)
        {
            if (there)
            {
                counts.Add(await check());
            }
        }
    }

    private static async Task<GoldenInput> ReadCoordinatesAsync(string path, CancellationToken cancellationToken)
    {
        using var source = new FileByteSource(path);
        var file = await SafetensorsFile.OpenAsync(source, cancellationToken);
        var locations = (await file.ReadInt64Async("locations", cancellationToken)).Chunk(3).ToList();
        var values = await file.ReadFloatsAsync("values", cancellationToken);
        var tokens = Array.ConvertAll(await file.ReadInt64Async("tokens", cancellationToken), id => (int)id);
        var context = (int)file.GetTensor("tokens").Shape[1];
        var rows = Enumerable.Range(0, tokens.Length).Select(_ => new List<(int Latent, float Value)>()).ToList();
        foreach (var (location, value) in locations.Zip(values))
        {
            rows[(int)((location[0] * context) + location[1])].Add(((int)location[2], value));
        }

        var width = (int)(await file.ReadInt64Async("width", cancellationToken))[0];
        return new GoldenInput(
            [.. rows.Select(row => (IReadOnlyList<(int, float)>)[.. row.OrderBy(entry => entry.Latent)])], width, tokens, context);
    }
}
