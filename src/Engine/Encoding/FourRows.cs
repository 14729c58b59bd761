namespace AeServerless.Engine.Encoding;

/// <summary>Where four rows of a matrix lie.</summary>
internal readonly unsafe struct FourRows(float* first, float* second, float* third, float* fourth)
{
    public float* First => first;

    public float* Second => second;

    public float* Third => third;

    public float* Fourth => fourth;

    /// <summary>The rows of which <paramref name="indices"/> holds the numbers from <paramref name="at"/> on.</summary>
    /// <param name="matrix">[any, width]</param>
    /// <param name="width">Width of a row.</param>
    /// <param name="indices">Numbers of rows.</param>
    /// <param name="at">The first of four.</param>
    public static FourRows Of(float* matrix, int width, ReadOnlySpan<int> indices, int at)
    {
        var four = indices.Slice(at, 4);
        return new FourRows(
            matrix + ((nint)four[0] * width), matrix + ((nint)four[1] * width), matrix + ((nint)four[2] * width), matrix + ((nint)four[3] * width));
    }
}
