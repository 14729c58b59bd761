using System.Collections.ObjectModel;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Datasets;

/// <summary>A shard whose tensors agree with each other and with the manifest. Rows are read when asked for.</summary>
public sealed class Shard
{
    private Shard(SafetensorsFile file, long tokens, int[] sequenceLengths, Dictionary<TensorName, TensorEntry> recorded)
    {
        File = file;
        Tokens = tokens;
        SequenceLengths = Array.AsReadOnly(sequenceLengths);
        Recorded = new ReadOnlyDictionary<TensorName, TensorEntry>(recorded);
    }

    /// <summary>The file itself.</summary>
    public SafetensorsFile File { get; }

    /// <summary>Tokens, and so rows of every recorded tensor.</summary>
    public long Tokens { get; }

    /// <summary>Tokens of each sequence, in order.</summary>
    public IReadOnlyList<int> SequenceLengths { get; }

    /// <summary>The recorded tensors. First dimension: tokens of the shard, all sequences end to end.</summary>
    public IReadOnlyDictionary<TensorName, TensorEntry> Recorded { get; }

    /// <summary>Opens and validates a shard.</summary>
    /// <param name="source">The shard's bytes.</param>
    /// <param name="reference">What the manifest says of it.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <param name="layers">Layers of the model; recorded layers are checked against it where it is given.</param>
    /// <exception cref="InvalidInputException">
    /// The file breaks its format or the contract of shards: the message names file and tensor.
    /// </exception>
    public static async Task<Shard> OpenAsync(
        IByteSource source, ShardReference reference, CancellationToken cancellationToken, int? layers = null)
    {
        var file = await SafetensorsFile.OpenAsync(source, cancellationToken);
        var tokens = Vector(file, TensorNames.Tokens, TokenIds.Dtypes, reference.Tokens, "tokens");
        Vector(file, TensorNames.SequenceLengths, [TensorDtype.I32], reference.Sequences, "sequences");
        var lengths = await file.ReadInt32Async(TensorNames.SequenceLengths, cancellationToken);
        ValidateSum(source.Name, lengths, tokens);

        var recorded = new Dictionary<TensorName, TensorEntry>();
        foreach (var entry in file.Tensors.Values)
        {
            if (entry.Name is TensorNames.Tokens or TensorNames.SequenceLengths)
            {
                continue;
            }

            if (entry.Name == TensorNames.Mask)
            {
                ValidateMask(source.Name, entry, tokens);
                continue;
            }

            recorded.Add(ValidateRecorded(source.Name, entry, tokens, layers), entry);
        }

        return new Shard(file, tokens, lengths, recorded);
    }

    /// <summary>Whether the shard holds tokens and lengths alone.</summary>
    public bool IsOfTokensAlone => Recorded.Count == 0;

    /// <summary>The entry of a recorded tensor; null where it was not recorded.</summary>
    public TensorEntry? Find(string location, PassType pass, int? layer) =>
        Recorded.GetValueOrDefault(new TensorName(location, pass, layer));

    /// <summary>Reads token ids of consecutive rows.</summary>
    /// <exception cref="InvalidInputException">An id is above 2^31 − 1: results hold ids as I32.</exception>
    public async ValueTask ReadTokensAsync(long firstRow, Memory<long> destination, CancellationToken cancellationToken)
    {
        await TokenIds.ReadAsync(File, firstRow, destination, cancellationToken);
        if (destination.Span.IndexOfAnyInRange(int.MaxValue + 1L, long.MaxValue) is >= 0 and var at)
        {
            throw new InvalidInputException(
                $"{File.Source.Name}, tensor '{TensorNames.Tokens}'",
                $"the id of token {firstRow + at} is {destination.Span[at]}; ids must be at most {int.MaxValue}, "
                    + "as results hold them as I32");
        }
    }

    /// <summary>Which of consecutive tokens count, 0 for one that does not; <see langword="null"/> where the shard masks none.</summary>
    public async Task<byte[]?> ReadMaskAsync(long firstRow, int tokens, CancellationToken cancellationToken)
    {
        if (File.Tensors.GetValueOrDefault(TensorNames.Mask) is not { } entry)
        {
            return null;
        }

        var mask = new byte[tokens];
        await File.ReadRowsAsync(entry, firstRow, mask.AsMemory(), cancellationToken);
        return mask;
    }

    private static void ValidateMask(string file, TensorEntry entry, long tokens)
    {
        if (entry.Dtype is not (TensorDtype.U8 or TensorDtype.Bool) || entry.Shape.Count != 1)
        {
            throw TensorLayout.Error(
                file,
                entry.Name,
                $"is {entry.Dtype.Name()} {entry.ShapeText}; U8 with one dimension is needed, 0 for tokens that do not count");
        }

        if (entry.Count != tokens)
        {
            throw TensorLayout.Error(file, entry.Name, $"has {entry.Count} elements, but the shard has {tokens} tokens");
        }
    }

    private static long Vector(SafetensorsFile file, string name, IReadOnlyList<TensorDtype> dtypes, long expected, string what)
    {
        var entry = file.GetTensor(name);
        if (!dtypes.Contains(entry.Dtype) || entry.Shape.Count != 1)
        {
            throw TensorLayout.Error(
                file.Source.Name,
                name,
                $"is {entry.Dtype.Name()} {entry.ShapeText}; {string.Join(" or ", dtypes.Select(dtype => dtype.Name()))} "
                    + "with one dimension is needed");
        }

        if (entry.Count != expected)
        {
            throw TensorLayout.Error(file.Source.Name, name, $"has {entry.Count} elements, but the manifest says {expected} {what}");
        }

        return entry.Count;
    }

    private static void ValidateSum(string file, int[] lengths, long tokens)
    {
        var sum = 0L;
        for (var i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] < 1)
            {
                throw TensorLayout.Error(file, TensorNames.SequenceLengths, $"has the length {lengths[i]} at {i}; at least 1 is needed");
            }

            sum += lengths[i];
        }

        if (sum != tokens)
        {
            throw TensorLayout.Error(file, TensorNames.SequenceLengths, $"adds up to {sum}, but the shard has {tokens} tokens");
        }
    }

    private static TensorName ValidateRecorded(string file, TensorEntry entry, long tokens, int? layers)
    {
        var name = TensorNames.Parse(entry.Name, $"{file}, tensor '{OneLineText.Clip(entry.Name)}'");
        if (layers == 0)
        {
            throw TensorLayout.Error(
                file, entry.Name, "is recorded, but the manifest says layers 0: only a dataset of tokens alone leaves them to its model");
        }

        if (name.Layer >= layers)
        {
            throw TensorLayout.Error(file, entry.Name, $"is of layer {name.Layer}, but the model has layers 0 to {layers - 1}");
        }

        if (!entry.Dtype.IsActivation())
        {
            throw TensorLayout.Error(file, entry.Name, $"is {entry.Dtype.Name()}; F32, F16 or BF16 is needed");
        }

        if (entry.Shape.Count < 2 || entry.Shape.Contains(0))
        {
            throw TensorLayout.Error(file, entry.Name, $"has the shape {entry.ShapeText}; [tokens, width] is needed");
        }

        if (entry.Rows != tokens)
        {
            throw TensorLayout.Error(file, entry.Name, $"has {entry.Rows} rows, but the shard has {tokens} tokens");
        }

        return name;
    }
}
