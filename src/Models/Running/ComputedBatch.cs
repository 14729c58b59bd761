using System.Runtime.InteropServices;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Running;

/// <summary>
/// A batch that is computed, or about to be. Its tensors are freed at once when the last that knows it has left: left to the garbage
/// collector they would be there for as long as it sees no need.
/// </summary>
/// <param name="batch">The batch.</param>
internal sealed class ComputedBatch(RunBatch batch)
{
    private readonly TaskCompletionSource<IReadOnlyDictionary<string, Tensor>> _values =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    // Whoever computes it, and the rows that it is of.
    private int _users = 2;

    /// <summary>The batch.</summary>
    public RunBatch Batch { get; } = batch;

    /// <summary>Whether it could not be computed.</summary>
    public bool IsFaulted => _values.Task.IsFaulted;

    /// <summary>
    /// Gets the values by name, each <c>[tokens, width]</c> in float32, contiguous and on the CPU; they are this object's.
    /// </summary>
    public void Complete(IReadOnlyDictionary<string, Tensor> values)
    {
        _values.SetResult(values);
        Leave();
    }

    /// <summary>Hands the failure to those who wait.</summary>
    public void Fail(Exception failure)
    {
        _values.SetException(failure);
        Leave();
    }

    /// <summary>One more that will read.</summary>
    public ComputedBatch Enter()
    {
        Interlocked.Increment(ref _users);
        return this;
    }

    /// <summary>One that will not read any more.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0 && _values.Task.IsCompletedSuccessfully)
        {
            foreach (var tensor in _values.Task.Result.Values)
            {
                tensor.Dispose();
            }
        }
    }

    /// <summary>Waits until it is computed and copies values of a tensor.</summary>
    public async Task CopyAsync(string tensor, int first, Memory<float> destination)
    {
        var values = (await _values.Task)[tensor];
        MemoryMarshal.Cast<byte, float>(values.bytes).Slice(first, destination.Length).CopyTo(destination.Span);
    }

    /// <summary>Says that a tensor was read to the end: whether all were. Not for several threads at once.</summary>
    public bool Take(string tensor) => _taken.Add(tensor) && _taken.Count == _values.Task.Result.Count;
}
