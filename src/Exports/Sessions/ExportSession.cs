using System.Buffers.Binary;
using System.Collections.Concurrent;
using AeServerless.Engine;
using AeServerless.Engine.Tensors;
using AeServerless.Exports.Destinations;
using AeServerless.Exports.Runs;

namespace AeServerless.Exports.Sessions;

/// <summary>An export under way: the run, opened, and which units are written.</summary>
public sealed class ExportSession : IAsyncDisposable
{
    private const int MarksAtOnce = 1 << 16;

    private readonly ExportMarkers _markers;
    private readonly IReadOnlyDictionary<string, UnitMarker> _kept;
    private readonly SortedDictionary<string, ExportedFile> _files = new(StringComparer.Ordinal);
    private readonly List<string> _losses = [];
    private readonly List<IDisposable> _opened = [];
    private readonly HashSet<string> _units = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, string> _texts = [];
    private readonly IProgress<long>? _progress;
    private long _bytes;

    internal ExportSession(
        ExportRun run,
        IReadOnlyList<RunFile> files,
        ExportOptions options,
        IExportDestination destination,
        ExportMarkers markers,
        IReadOnlyDictionary<string, UnitMarker> kept,
        IProgress<long>? progress)
    {
        (Run, Files, Options, Destination, _markers, _kept, _progress) = (run, files, options, destination, markers, kept, progress);
    }

    /// <summary>The run.</summary>
    public ExportRun Run { get; }

    /// <summary>The run's files.</summary>
    public IReadOnlyList<RunFile> Files { get; }

    /// <summary>What the export is to hold.</summary>
    public ExportOptions Options { get; }

    /// <summary>Whether the export goes on from one that was cut.</summary>
    public bool IsResumed => _kept.Count > 0;

    internal IExportDestination Destination { get; }

    internal int FilesKept { get; private set; }

    internal IReadOnlyList<string> Losses => _losses;

    internal IReadOnlyList<ExportedFile> Exported => [.. _files.Values];

    /// <summary>The scalars with values at every token that the options name.</summary>
    /// <exception cref="InvalidInputException">There is none, or one that the options name is not there.</exception>
    public async Task<IReadOnlyList<LatentScalar>> ScalarsAsync(CancellationToken cancellationToken)
    {
        var scalars = new List<LatentScalar>();
        foreach (var file in Files.Where(file => IsIn("latents/", file.Name)))
        {
            scalars.Add(LatentScalar.Of(await OpenAsync(file.Name, cancellationToken)));
        }

        if (Options.Scalars.FirstOrDefault(name => scalars.TrueForAll(scalar => scalar.Name != name)) is { } missing)
        {
            throw new InvalidInputException(
                missing,
                $"is not among the run's scalars with values at every token: {string.Join(", ", scalars.Select(s => s.Name).Distinct())}");
        }

        scalars.RemoveAll(scalar => (Options.Scalars.Count > 0 && !Options.Scalars.Contains(scalar.Name))
            || (Options.Layers.Count > 0 && !Options.Layers.Contains(scalar.Layer)));
        foreach (var scalar in scalars)
        {
            await TellExcludedAsync(scalar, cancellationToken);
        }

        return scalars.Count > 0 ? scalars : throw new InvalidInputException(
            $"run {Run.RunId}".TrimEnd(), "has no values at every token to export; a recipe's \"outputs\" must have \"latents\"");
    }

    /// <summary>Opens a safetensors file of the run; it is closed with the session.</summary>
    public async Task<SafetensorsFile> OpenAsync(string name, CancellationToken cancellationToken)
    {
        var source = await Run.Files.OpenAsync(name, cancellationToken);
        if (source is IDisposable disposable)
        {
            _opened.Add(disposable);
        }

        return await SafetensorsFile.OpenAsync(source, cancellationToken);
    }

    /// <summary>How the rows of a file with a row a token fall into sequences.</summary>
    public static async Task<SequenceMap> SequencesAsync(SafetensorsFile file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        return new SequenceMap(await file.ReadInt32Async("sequence_lengths", cancellationToken));
    }

    /// <summary>The dataset's token ids, one for each row.</summary>
    /// <exception cref="InvalidInputException">The run comes without them, or they are not as many as rows.</exception>
    public ITokenIds RequireTokens(long rows)
    {
        var tokens = Run.Tokens ?? throw new InvalidInputException(
            $"dataset {Run.Dataset}", "was not handed in, and this format needs its token ids: say where the dataset is");
        return tokens.Count == rows ? tokens : throw new InvalidInputException(
            $"dataset {Run.Dataset}", $"has {tokens.Count} tokens, but the run's results have {rows} rows: it changed since");
    }

    /// <summary>The text of a token.</summary>
    public string TokenText(int id) => _texts.GetOrAdd(id, static (id, run) => TokenTexts.Clean(run.TokenText?.Invoke(id), id), Run);

    /// <summary>Whether a unit is whole already. Its files are then part of the export.</summary>
    public bool IsDone(string unit)
    {
        if (!_kept.TryGetValue(unit, out var marker))
        {
            return false;
        }

        if (_units.Add(unit))
        {
            FilesKept += marker.Files.Count;
            Add(marker.Files);
            foreach (var loss in marker.Losses)
            {
                Lose(loss);
            }
        }

        return true;
    }

    /// <summary>Begins a unit.</summary>
    public ExportUnit Begin(string unit) => _units.Add(unit)
        ? new ExportUnit(this, unit)
        : throw new InvalidOperationException($"The unit '{unit}' was written already.");

    /// <summary>Says that the export will not hold something.</summary>
    public void Lose(string what)
    {
        if (!_losses.Contains(what))
        {
            _losses.Add(what);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _opened.ForEach(opened => opened.Dispose());
        _opened.Clear();
        return ValueTask.CompletedTask;
    }

    internal async Task CompleteAsync(
        string unit, IReadOnlyList<ExportedFile> files, IReadOnlyList<string> losses, CancellationToken cancellationToken)
    {
        await _markers.WriteAsync(unit, files, losses, cancellationToken);
        Add(files);
        foreach (var loss in losses)
        {
            Lose(loss);
        }

        _bytes += files.Sum(file => file.Length);
        _progress?.Report(_bytes);
    }

    /// <summary>Where the records of a packed file that is written begin, and its end: each is a U32 length and so many bytes.</summary>
    internal async Task<IReadOnlyList<long>> ReadOffsetsAsync(string name, CancellationToken cancellationToken)
    {
        await using var content = await Destination.OpenAsync(name, cancellationToken)
            ?? throw new InvalidInputException(name, "is not in the export any more");
        var offsets = new List<long> { 0 };
        var bytes = new byte[sizeof(uint)];
        while (await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken) == bytes.Length)
        {
            long length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            for (var left = length; left > 0;)
            {
                var skipped = new byte[(int)Math.Min(left, 1 << 16)];
                await content.ReadExactlyAsync(skipped, cancellationToken);
                left -= skipped.Length;
            }

            offsets.Add(offsets[^1] + sizeof(uint) + length);
        }

        return offsets;
    }

    internal static bool IsIn(string folder, string name) =>
        name.StartsWith(folder, StringComparison.Ordinal) && name.EndsWith(".safetensors", StringComparison.Ordinal);

    // Other tools know no marks of tokens: they see the values of all.
    private async Task TellExcludedAsync(LatentScalar scalar, CancellationToken cancellationToken)
    {
        if (!scalar.File.Tensors.TryGetValue("excluded", out var entry))
        {
            return;
        }

        var marks = new byte[MarksAtOnce];
        var excluded = 0L;
        for (var first = 0L; first < entry.Count; first += marks.Length)
        {
            var block = marks.AsMemory(0, (int)Math.Min(marks.Length, entry.Count - first));
            await scalar.File.ReadRowsAsync(entry, first, block, cancellationToken);
            excluded += block.Length - block.Span.Count((byte)0);
        }

        if (excluded > 0)
        {
            Lose($"{excluded} of {scalar.Tokens} tokens that the run keeps out of its statistics of {scalar.Name} count as any other where "
                + "figures or examples are made of values");
        }
    }

    private void Add(IReadOnlyList<ExportedFile> files)
    {
        foreach (var file in files)
        {
            _files[file.Name] = file;
        }
    }
}
