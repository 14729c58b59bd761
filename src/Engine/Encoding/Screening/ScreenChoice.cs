using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Encoding.Screening;

/// <summary>
/// Which screening an encoder uses. It starts with the fastest product; where that one's bound keeps so many candidates that their exact
/// computation costs more than a wider format would, it goes to the next, and tries again after some tiles. Screens are made when first
/// used.
/// </summary>
internal sealed class ScreenChoice : IDisposable
{
    // One candidate costs about as much as this many float32 multiply-adds of a product do, per element: a dot product from cache.
    private const double CandidateCost = 6;
    private const int TilesUntilRetry = 64;

    private readonly Autoencoder _autoencoder;
    private readonly Func<ScreeningSpeeds> _speeds;
    private readonly ScreeningFormat[] _order;
    private readonly Lazy<Screen>[] _screens;
    private readonly Lock _lock = new();
    private int _current;
    private int _tilesToRetry;

    /// <exception cref="InvalidInputException">The encoder's weights are not all finite.</exception>
    public ScreenChoice(Autoencoder autoencoder, ScreeningFormat screening, Func<ScreeningSpeeds> speeds)
    {
        for (var block = 0; block < autoencoder.Encoder.Blocks.Count; block++)
        {
            var first = (long)autoencoder.Encoder.FirstOf(block) * autoencoder.InputSize;
            ValidateFinite(autoencoder.Encoder.Blocks[block], autoencoder, "encoder weight", first);
        }

        ValidateFinite(autoencoder.LatentBias, autoencoder, "latent bias");
        ValidateFinite(autoencoder.PreBias, autoencoder, "pre-bias");
        _autoencoder = autoencoder;
        _speeds = speeds;
        _order = screening == ScreeningFormat.Auto
            && autoencoder.Activation.Kind != ActivationKind.Identity ? Fastest(speeds(), autoencoder.InputSize)
            : [screening == ScreeningFormat.Auto ? ScreeningFormat.Float32 : screening];
        _screens = [.. Enum.GetValues<ScreeningFormat>().Select(s => new Lazy<Screen>(() => Create(s)))];
    }

    public ScreeningFormat Current => _order[Volatile.Read(ref _current)];

    public Screen Get(ScreeningFormat screening) => _screens[(int)screening].Value;

    /// <summary>Learns from a tile how many candidates the screening left.</summary>
    public void Report(ScreeningFormat screening, int tokens, int candidates, int kept)
    {
        if (_order.Length == 1)
        {
            return;
        }

        lock (_lock)
        {
            if (screening != Current)
            {
                return;
            }

            if (_current > 0 && --_tilesToRetry <= 0)
            {
                _current = 0;
                return;
            }

            // Seconds a pair, in the time of a float32 multiply-add: the product of every pair and the exact computation of the candidates.
            var speeds = _speeds();
            var pairs = (double)tokens * _autoencoder.LatentCount;
            var cost = (speeds.Float32 / speeds.SpeedOf(screening)) + (CandidateCost * candidates / pairs);
            var next = _current + 1;
            if (next < _order.Length && cost > (speeds.Float32 / speeds.SpeedOf(_order[next])) + (CandidateCost * kept / pairs))
            {
                _current = next;
                _tilesToRetry = TilesUntilRetry;
            }
        }
    }

    public void Dispose()
    {
        foreach (var screen in _screens)
        {
            if (screen.IsValueCreated)
            {
                screen.Value.Dispose();
            }
        }
    }

    private static void ValidateFinite(float[] values, Autoencoder autoencoder, string what, long first = 0)
    {
        var bad = values.AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad >= 0)
        {
            throw new InvalidInputException(autoencoder.Name, $"{what} {first + bad} is {values[bad]}; every weight must be finite");
        }
    }

    private static ScreeningFormat[] Fastest(ScreeningSpeeds speeds, int width)
    {
        ScreeningFormat[] known = [ScreeningFormat.Int8, ScreeningFormat.BFloat16, ScreeningFormat.Float32];
        return [.. known
            .Where(s => s == ScreeningFormat.Float32 || (
                speeds.SpeedOf(s) > speeds.Float32 && (s != ScreeningFormat.Int8 || width <= Int8Format.MaxElements)))
            .OrderByDescending(speeds.SpeedOf)];
    }

    private Screen Create(ScreeningFormat screening) =>
        _autoencoder.Activation.Kind == ActivationKind.Identity ? new IdentityScreen(_autoencoder)
        : screening switch
        {
            ScreeningFormat.Int8 => new ProductScreen<Int8Format, sbyte, int>(_autoencoder),
            ScreeningFormat.BFloat16 => new ProductScreen<BFloat16Format, ushort, ushort>(_autoencoder),
            _ => new ProductScreen<Float32Format, float, float>(_autoencoder),
        };
}
