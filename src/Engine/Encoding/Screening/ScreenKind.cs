using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Screening.Formats;
using AeServerless.Engine.Encoding.Screening.Products;

namespace AeServerless.Engine.Encoding.Screening;

/// <summary>A format and what multiplies in it.</summary>
internal abstract class ScreenKind(ScreeningFormat format, string product)
{
    public ScreeningFormat Format => format;

    /// <summary>Elements and instructions.</summary>
    public string Product => product;

    public abstract Screen Create(Autoencoder autoencoder);

    /// <summary>About what share of ‖x‖·‖w‖ the bound of a latent is, for rows of that width.</summary>
    public abstract double Coarseness(int width);

    /// <summary>A product of some tokens by one block of latents, to see how long it takes.</summary>
    public abstract ProductTrial TryAt(int width, int tokens);
}

/// <inheritdoc cref="ScreenKind"/>
internal sealed class ScreenKind<TFormat, TIn, TOut>(
    ScreeningFormat format, string product, Func<ProductSize, ScreenProduct<TIn, TOut>> productOf, TIn one, int largest)
    : ScreenKind(format, product)
    where TFormat : IScreenFormat<TIn, TOut>
    where TIn : unmanaged
    where TOut : unmanaged
{
    public override Screen Create(Autoencoder autoencoder) => new ProductScreen<TFormat, TIn, TOut>(autoencoder, productOf);

    public override double Coarseness(int width) =>
        TFormat.Coarseness(width, largest) + TFormat.Coarseness(width, typeof(TIn) == typeof(sbyte) ? sbyte.MaxValue : largest);

    public override unsafe ProductTrial TryAt(int width, int tokens)
    {
        var product = productOf(new ProductSize(width, Screen.LatentBlock, Screen.LatentBlock));
        var row = new TIn[width];
        Array.Fill(row, one);
        for (var latent = 0; latent < Screen.LatentBlock; latent++)
        {
            product.Store(latent, row);
        }

        var lane = product.CreateLane(tokens);
        for (var token = 0; token < tokens; token++)
        {
            row.CopyTo(lane.Row(token));
            lane.Complete(token);
        }

        return new ProductTrial(() =>
        {
            for (var first = 0; first < tokens; first += product.TokenBlock)
            {
                _ = lane.Multiply(0, first, Math.Min(product.TokenBlock, tokens - first));
            }
        }, [lane, product]);
    }
}
