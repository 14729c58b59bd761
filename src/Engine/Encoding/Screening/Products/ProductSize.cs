namespace AeServerless.Engine.Encoding.Screening.Products;

/// <summary>Sizes of an encoder and of the blocks of latents that it is multiplied in.</summary>
/// <param name="Input">Width of a row.</param>
/// <param name="Latents">Number of latents.</param>
/// <param name="Block">Latents of a block, a multiple of <see cref="Together"/>.</param>
internal readonly record struct ProductSize(int Input, int Latents, int Block)
{
    /// <summary>Rows and columns are padded to multiples of this with zeros: two panels of a kernel.</summary>
    public const int Together = 32;

    /// <summary>Number of blocks.</summary>
    public int Blocks => (Latents + Block - 1) / Block;

    /// <summary>Latents of a block, with those of the padding.</summary>
    public int LatentsOf(int block) => Math.Min(Block, Padded(Latents) - (block * Block));

    /// <summary>Rounded up to whole vectors.</summary>
    public static int Padded(int length) => (length + Together - 1) / Together * Together;
}
