namespace AeServerless.Engine.Computation;

/// <summary>Rows of recorded tensors.</summary>
public interface IRowSource
{
    /// <summary>Reads rows of a tensor.</summary>
    /// <param name="tensor">Its name, e.g. <c>mlp.post_act/forward/2</c>; <c>tokens</c> gives token ids.</param>
    /// <param name="width">Values a row.</param>
    /// <param name="firstRow">The first row.</param>
    /// <param name="destination">Receives the rows; its length is a multiple of <paramref name="width"/>.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="InvalidInputException">There is no such tensor, or not these rows of it.</exception>
    ValueTask ReadRowsAsync(string tensor, int width, long firstRow, Memory<float> destination, CancellationToken cancellationToken);
}
