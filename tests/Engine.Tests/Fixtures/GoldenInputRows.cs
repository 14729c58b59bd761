using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Graph;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Tests.Fixtures;

/// <summary>A run's raw activations under the names that plans use: backward tensors of one pass, without its suffix, and
/// aliases.</summary>
internal sealed class GoldenInputRows : IRowSource
{
    private readonly SafetensorsFile _file;
    private readonly Dictionary<string, string> _stored = [];

    public GoldenInputRows(SafetensorsFile file, IReadOnlyDictionary<string, string> aliases, string backwardSuffix)
    {
        _file = file;
        foreach (var key in file.Tensors.Keys.Concat(aliases.Keys))
        {
            var stored = aliases.TryGetValue(key, out var alias) ? alias : key;
            if (key.Contains("/forward/", StringComparison.Ordinal))
            {
                _stored[key] = stored;
            }
            else if (key.Contains("/backward/", StringComparison.Ordinal) && Suffix(key) == backwardSuffix)
            {
                _stored[key[..^backwardSuffix.Length]] = stored;
            }
        }

        Tensors = _stored.ToDictionary(
            pair => pair.Key, pair => new RecordedTensor((int)file.GetTensor(pair.Value).RowWidth, sizeof(float)));
    }

    public IReadOnlyDictionary<string, RecordedTensor> Tensors { get; }

    public async ValueTask ReadRowsAsync(
        string tensor, int width, long firstRow, Memory<float> destination, CancellationToken cancellationToken)
    {
        if (tensor != TensorNames.Tokens)
        {
            await ReadAsync(tensor, firstRow, destination, cancellationToken);
            return;
        }

        var tokens = await _file.ReadInt64Async(tensor, cancellationToken);
        for (var i = 0; i < destination.Length; i++)
        {
            destination.Span[i] = tokens[firstRow + i];
        }
    }

    private ValueTask ReadAsync(string tensor, long firstRow, Memory<float> destination, CancellationToken cancellationToken) =>
        _file.ReadRowsAsync(_file.GetTensor(_stored[tensor]), firstRow, destination, cancellationToken);

    private static string Suffix(string key)
    {
        var at = key.IndexOf('@', StringComparison.Ordinal);
        return at < 0 ? "" : key[at..];
    }
}
