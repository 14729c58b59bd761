using System.Text.Json;
using AeServerless.Engine;
using AeServerless.Exports.Formats.Arrays;
using AeServerless.Exports.Latents;
using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Delphi;

/// <summary>
/// delphi's cache of latents: <c>latents/{module}/{first}_{last}.safetensors</c> and <c>config.json</c>, and
/// <c>log/hookpoint_firing_counts.pt</c>.
/// </summary>
public sealed class DelphiFormat : IExportFormat
{
    // delphi keeps values whose magnitude is above this.
    private const float LeastMagnitude = 1e-5f;

    /// <inheritdoc/>
    public string Name => "delphi";

    /// <inheritdoc/>
    public string Summary => "delphi: its cache of latents, for explanations and scores";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public async Task WriteAsync(ExportSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var scalars = (await session.ScalarsAsync(cancellationToken)).Where(scalar => scalar.Shape == ScalarShape.Latents).ToList();
        var modules = scalars.ToDictionary(scalar => scalar, scalar => Module(session.Options.HookPoint, scalar));
        RequireOneScalarEach(modules);
        session.Lose("values of a magnitude of 0.00001 or less, and those that are not a number, are left out, as the tool does");
        if (!session.Options.Delphi.Float32)
        {
            session.Lose("activations are rounded to float16");
        }

        var fired = new List<(string, long[])>();
        foreach (var (scalar, module) in modules)
        {
            fired.Add((module, await WriteAsync(session, scalar, module, cancellationToken)));
        }

        if (!session.IsDone("log"))
        {
            var unit = session.Begin("log");
            await unit.WriteAsync("log/hookpoint_firing_counts.pt", content => TorchFile.WriteAsync(content, fired), cancellationToken);
            await unit.CompleteAsync(cancellationToken);
        }
    }

    private static string Module(string template, LatentScalar scalar)
    {
        var module = (template.Length > 0 ? template : "layers.{layer}.{scalar}")
            .Replace("{layer}", $"{scalar.Layer}", StringComparison.Ordinal)
            .Replace("{scalar}", scalar.Name, StringComparison.Ordinal);
        return module.Contains('/', StringComparison.Ordinal)
            ? throw new InvalidInputException("hookPoint", $"is '{module}'; delphi's module paths have dots and no '/'")
            : module;
    }

    private static void RequireOneScalarEach(Dictionary<LatentScalar, string> modules)
    {
        if (modules.GroupBy(pair => pair.Value).FirstOrDefault(group => group.Count() > 1) is { } clash)
        {
            throw new InvalidInputException(
                "hookPoint",
                $"gives {string.Join(" and ", clash.Select(pair => pair.Key.Name))} the same folder '{clash.Key}': "
                + "put {scalar} and {layer} in it, or name one scalar");
        }
    }

    private static async Task<long[]> WriteAsync(
        ExportSession session, LatentScalar scalar, string module, CancellationToken cancellationToken)
    {
        var options = session.Options.Delphi;
        if (options.Splits < 1 || options.Splits > scalar.Width)
        {
            throw new InvalidInputException(
                "delphi.splits", $"is {options.Splits}; {scalar.Name} has {scalar.Width} latents: 1 to that many are possible");
        }

        var tokens = session.RequireTokens(scalar.Tokens);
        var set = LatentSet.Of(scalar);
        var rows = new DelphiRows(await ExportSession.SequencesAsync(scalar.File, cancellationToken));
        if (rows.Rows < rows.Sequences.Count)
        {
            session.Lose(
                $"{rows.Sequences.Count - rows.Rows} sequences of other lengths than {rows.Context} are left out: "
                    + "the cache holds one length");
        }

        var bounds = LatentRanges.Evenly(scalar.Width, options.Splits);
        string Unit(int split) => $"{module}-{split}";
        var wanted = Enumerable.Range(0, options.Splits).Select(split => !session.IsDone(Unit(split))).ToArray();
        var counts = wanted.Contains(true) ? new LatentCounts(scalar.Width) : await LatentCounts.ReadAsync(set, cancellationToken);
        if (wanted.Contains(true))
        {
            using var ids = await LocalTokenIds.CopyAsync(tokens, cancellationToken);
            using var spill = await LatentSpill.CreateAsync(
                set, tokens: null, bounds, split => wanted[split], LeastMagnitude, cancellationToken, also: counts);
            for (var split = 0; split < options.Splits; split++)
            {
                if (wanted[split])
                {
                    var unit = session.Begin(Unit(split));
                    var file = new DelphiSplit(spill, split, bounds[split], rows, options.Float32);
                    var name = $"latents/{module}/{bounds[split]}_{bounds[split + 1] - 1}.safetensors";
                    await unit.WriteAsync(name, content => file.WriteAsync(content, ids, cancellationToken), cancellationToken);
                    if (file.Overflows > 0)
                    {
                        unit.Lose($"{file.Overflows} values of {name} above 65,504 are infinite in float16; ask for float32");
                    }

                    await unit.CompleteAsync(cancellationToken);
                }
            }
        }

        if (!session.IsDone($"{module}-config"))
        {
            var unit = session.Begin($"{module}-config");
            await unit.WriteAsync($"latents/{module}/config.json", content => WriteConfigAsync(content, session, rows), cancellationToken);
            await unit.CompleteAsync(cancellationToken);
        }

        return [.. counts.Positive];
    }

    private static async Task WriteConfigAsync(Stream content, ExportSession session, DelphiRows rows)
    {
        var options = session.Options.Delphi;
        await using var json = new Utf8JsonWriter(content, new JsonWriterOptions { Indented = true, IndentSize = 4, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteString("dataset_repo", options.DatasetRepo.Length > 0 ? options.DatasetRepo : session.Run.Dataset);
        json.WriteString("dataset_split", options.DatasetSplit);
        json.WriteString("dataset_name", options.DatasetName);
        json.WriteString("dataset_column", options.DatasetColumn);
        json.WriteNumber("batch_size", options.BatchSize);
        json.WriteNumber("cache_ctx_len", rows.Context);
        json.WriteNumber("n_tokens", (long)rows.Rows * rows.Context);
        json.WriteNumber("n_splits", options.Splits);
        json.WriteString("model_name", session.Options.Model);
        json.WriteEndObject();
    }
}
