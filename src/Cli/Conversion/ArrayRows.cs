using AeServerless.Engine;
using AeServerless.Engine.Tensors;

namespace AeServerless.Cli.Conversion;

/// <summary>An array of another tool, in one file or several, as rows of tokens. Rows are read in order, each once.</summary>
internal abstract class ArrayRows : IDisposable
{
    /// <summary>What messages call it.</summary>
    public abstract string Name { get; }

    /// <summary>The type of its numbers.</summary>
    public abstract TensorDtype Dtype { get; }

    /// <summary>Its dimensions.</summary>
    public abstract IReadOnlyList<long> Shape { get; }

    /// <summary>Its dimensions as messages show them.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";

    /// <summary>Reads rows of the first dimension that <paramref name="inner"/> bytes each make up.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="destination">Takes whole rows, little-endian.</param>
    /// <param name="inner">Bytes of a row; a row may be a part of one of the array's, such as a token of a sequence.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="InvalidInputException">A file ends too early, or is not what its header says.</exception>
    public abstract ValueTask ReadAsync(long first, Memory<byte> destination, int inner, CancellationToken cancellationToken);

    public virtual void Dispose()
    {
    }
}
