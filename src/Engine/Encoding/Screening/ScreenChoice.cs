using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Encoding.Screening;

/// <summary>
/// Which screening an encoder uses: that of the least total of the product and the exact computation of the candidates that its bound
/// leaves. Times are measured, first apart (<see cref="ScreeningCosts"/>) and then in use; candidates are counted tile by tile, and those
/// of a format that is not in use reckoned from its coarseness, anew after some tiles. Screens are made when first used.
/// </summary>
internal sealed class ScreenChoice : IDisposable
{
    private const int TilesUntilForgotten = 64;

    // Another screen has to be made, and is only reckoned.
    private const double WorthChanging = 0.95;

    // Before anything was counted: of Gaussian pre-activations of which 0.3 % are active, the density at the threshold and how it grows.
    private const double ActiveAtFirst = 0.003;
    private const double DensityAtFirst = 0.0091;
    private const double Growth = 1.375;

    // Lists, order and cache misses cost about twice as much as the dot product that is measured apart.
    private const double CandidateOverDot = 3;

    // A time may be one of a busy moment: those in use follow what is longer slowly.
    private const double Slower = 1.02;

    private readonly Autoencoder _autoencoder;
    private readonly ScreenKind?[] _kinds; // by format
    private readonly double[] _productSeconds; // of a token, by format
    private readonly double[] _excess; // candidates of a token that are not kept, by format; NaN where not counted
    private readonly Lazy<Screen>[] _screens;
    private readonly Lock _lock = new();
    private double _candidateSeconds;
    private int _current;
    private int _tiles;

    /// <param name="autoencoder">Whose encoder.</param>
    /// <param name="screening">The format.</param>
    /// <param name="product">What multiplies in it, by its name; none: the fastest.</param>
    /// <param name="costs">What screening costs at a width.</param>
    /// <exception cref="InvalidInputException">The encoder's weights are not all finite.</exception>
    public ScreenChoice(Autoencoder autoencoder, ScreeningFormat screening, string? product, Func<int, ScreeningCosts> costs)
    {
        for (var block = 0; block < autoencoder.Encoder.Blocks.Count; block++)
        {
            var first = (long)autoencoder.Encoder.FirstOf(block) * autoencoder.InputSize;
            ValidateFinite(autoencoder.Encoder.Blocks[block], autoencoder, "encoder weight", first);
        }

        ValidateFinite(autoencoder.LatentBias, autoencoder, "latent bias");
        ValidateFinite(autoencoder.PreBias, autoencoder, "pre-bias");
        _autoencoder = autoencoder;
        var formats = Enum.GetValues<ScreeningFormat>().Length;
        (_kinds, _productSeconds, _excess) = (new ScreenKind?[formats], new double[formats], new double[formats]);
        Array.Fill(_excess, double.NaN);
        _screens = [.. Enum.GetValues<ScreeningFormat>().Select(s => new Lazy<Screen>(() => Create(s)))];
        if (autoencoder.Activation.Kind == ActivationKind.Identity)
        {
            _current = (int)ScreeningFormat.Float32;
            return;
        }

        _candidateSeconds = ChooseKinds(screening, product, costs);
        _current = screening == ScreeningFormat.Auto ? Cheapest(FirstGuess) : (int)_kinds.First(kind => kind is not null)!.Format;
    }

    public ScreeningFormat Current => (ScreeningFormat)Volatile.Read(ref _current);

    /// <summary>What multiplies in the current format; empty where nothing is ruled out.</summary>
    public string Product => _kinds[(int)Current]?.Product ?? "";

    public Screen Get(ScreeningFormat screening) => _screens[(int)screening].Value;

    /// <summary>Learns from a tile how many candidates the screening left, and how long both took.</summary>
    public void Report(ScreeningFormat screening, in TileWork work)
    {
        var (tokens, candidates, kept) = (work.Tokens, work.Candidates, work.Kept);
        if (_kinds.Count(kind => kind is not null) < 2 || tokens == 0)
        {
            return;
        }

        lock (_lock)
        {
            if (screening != Current)
            {
                return;
            }

            if (++_tiles % TilesUntilForgotten == 0)
            {
                Array.Fill(_excess, double.NaN);
            }

            _productSeconds[_current] = Math.Min(_productSeconds[_current] * Slower, work.ScreenSeconds / tokens);
            _candidateSeconds = Math.Min(_candidateSeconds * Slower, work.ExactSeconds / Math.Max(candidates, 1));
            var excess = _excess[_current] = Math.Max(candidates - kept, 0) / (double)tokens;
            var share = Math.Max(ShareInBound(_current), 1e-6);
            double SecondsOf(int format) => Seconds(
                format,
                (kept / (double)tokens) + (double.IsNaN(_excess[format]) ? excess * ShareInBound(format) / share : _excess[format]));
            var best = Cheapest(SecondsOf);
            if (SecondsOf(best) < WorthChanging * SecondsOf(_current))
            {
                Volatile.Write(ref _current, best);
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

    /// <summary>The fastest product of each format that may be used; float32's where this machine has none that is wanted.</summary>
    /// <returns>Seconds of a candidate.</returns>
    private double ChooseKinds(ScreeningFormat screening, string? product, Func<int, ScreeningCosts> costsAt)
    {
        var width = _autoencoder.InputSize;
        var kinds = ScreenKinds.For(width)
            .Where(kind => product is null || kind.Product == product)
            .Where(kind => screening == ScreeningFormat.Auto || kind.Format == screening)
            .ToList();
        if (kinds.Count == 0)
        {
            kinds = [.. ScreenKinds.For(width).Where(kind => kind.Format == ScreeningFormat.Float32)];
        }

        var costs = costsAt(ScreeningCosts.MeasuredWidth(width));
        foreach (var format in kinds.GroupBy(kind => kind.Format))
        {
            // Of two products of a format, the coarser one has to be that much faster.
            double SpeedOf(ScreenKind kind) => costs.Products.FirstOrDefault(one => one.Product == kind.Product)?.GmacPerSecond ?? 0;
            var fastest = format.MaxBy(kind => SpeedOf(kind) / kind.Coarseness(width))!;
            _kinds[(int)format.Key] = fastest;
            _productSeconds[(int)format.Key] = 1e-9 * width * _autoencoder.LatentCount / Math.Max(SpeedOf(fastest), 1e-3);
        }

        return CandidateOverDot * costs.CandidateSeconds;
    }

    private double FirstGuess(int format) => Seconds(
        format, _autoencoder.LatentCount * (ActiveAtFirst + (DensityAtFirst * ShareInBound(format))));

    private double Seconds(int format, double candidates) => _productSeconds[format] + (_candidateSeconds * candidates);

    /// <summary>Grows as the number of Gaussian pre-activations within the bound below a threshold far out does.</summary>
    private double ShareInBound(int format)
    {
        var bound = _kinds[format]!.Coarseness(_autoencoder.InputSize) * Math.Sqrt(_autoencoder.InputSize);
        return bound * Math.Exp(Growth * Math.Min(bound, 2));
    }

    private int Cheapest(Func<int, double> secondsOf) =>
        Enumerable.Range(0, _kinds.Length).Where(format => _kinds[format] is not null).MinBy(secondsOf);

    private Screen Create(ScreeningFormat screening) => _autoencoder.Activation.Kind == ActivationKind.Identity
        ? new IdentityScreen(_autoencoder)
        : _kinds[(int)screening]!.Create(_autoencoder);
}
