using System.Runtime.InteropServices;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Runtime;
using static TorchSharp.torch;

namespace AeServerless.Engine.Encoding;

/// <summary>
/// Encodes tokens into their non-zero latents. A product in a fast format only decides where to look: each latent that its rounding bound
/// can't rule out is computed again by <see cref="FixedOrder"/>, so neither tile, thread nor screening changes a bit of the result.
/// </summary>
public sealed unsafe class LatentEncoder : IDisposable
{
    private readonly Autoencoder _autoencoder;
    private readonly EncoderOptions _options;
    private readonly ThreadTeam _team;
    private readonly ScreenChoice _choice;
    private readonly bool _ownsChoice;
    private readonly DeviceEncoder? _device;
    private readonly EncoderLane?[] _lanes;
    private readonly DenseLane?[] _denseLanes;
    private readonly bool _isDense;
    private readonly ScreenLane?[,] _screenLanes;
    private readonly List<EncodedTile> _tiles = [];
    private readonly Action<int, int> _encodeTile;
    private ScreeningFormat _screening;
    private Screen? _screen;
    private nint _inputs;
    private int _tokens;
    private int _tileTokens;

    /// <summary>Prepares the autoencoder's weights for screening.</summary>
    /// <param name="autoencoder">The weights; they are read, not copied, by the exact computation.</param>
    /// <param name="engine">Threads and device.</param>
    /// <exception cref="InvalidInputException">The encoder's weights are not all finite.</exception>
    public LatentEncoder(Autoencoder autoencoder, EngineContext engine)
        : this(autoencoder, engine, new EncoderOptions(), shared: null)
    {
    }

    /// <summary>Shares screens with other encoders of the same autoencoder.</summary>
    internal LatentEncoder(Autoencoder autoencoder, EngineContext engine, EncoderOptions options, ScreenChoice? shared)
    {
        ArgumentNullException.ThrowIfNull(autoencoder);
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TileTokens, 1);
        _autoencoder = autoencoder;
        _options = options;
        _team = engine.Team;
        _choice = shared ?? new ScreenChoice(autoencoder, options.Screening, options.Product, engine.ScreeningCosts.At);
        _ownsChoice = shared is null;
        _device = engine.Options.Device == EngineDevice.Cpu || !DeviceEncoder.IsFor(autoencoder)
            ? null
            : new DeviceEncoder(autoencoder, device(engine.Options.Device.TorchName), options.TileTokens);
        _isDense = DenseLane.IsFor(autoencoder);
        if (_device is null && !_isDense)
        {
            _choice.Get(_choice.Current);
        }

        _lanes = new EncoderLane?[_team.Threads];
        _denseLanes = new DenseLane?[_team.Threads];
        _screenLanes = new ScreenLane?[_team.Threads, Enum.GetValues<ScreeningFormat>().Length];
        _encodeTile = EncodeTile;
    }

    /// <summary>The screening in use now; <see cref="ScreeningFormat.Auto"/> never.</summary>
    public ScreeningFormat Screening => _choice.Current;

    /// <summary>What multiplies in it now: elements and instructions.</summary>
    public string ScreeningProduct => _choice.Product;

    /// <summary>The screening of the last call; none where it ruled nothing out, or a device has encoded.</summary>
    internal ScreeningFormat? LastScreening =>
        _device is null && !_isDense && _autoencoder.Activation.Kind != ActivationKind.Identity ? _screening : null;

    /// <summary>Encodes <paramref name="tokens"/> rows of <paramref name="inputs"/>. One call at a time.</summary>
    /// <param name="inputs">The autoencoder's inputs, row by row. [tokens, input]</param>
    /// <param name="tokens">Number of rows.</param>
    /// <param name="into">Receives the non-zero latents; its former content is lost.</param>
    public void Encode(ReadOnlySpan<float> inputs, int tokens, SparseLatents into)
    {
        ArgumentNullException.ThrowIfNull(into);
        ArgumentOutOfRangeException.ThrowIfNotEqual(inputs.Length, tokens * _autoencoder.InputSize);

        if (_device is not null)
        {
            _tokens = tokens;
            Join(_device.Encode(inputs, tokens, TileOf), into);
            return;
        }

        _tileTokens = ThreadTeam.EvenPieceSize(tokens, _team.AvailableThreads, _options.TileTokens);
        var tiles = (tokens + _tileTokens - 1) / _tileTokens;
        if (tiles > 0)
        {
            TileOf(tiles - 1);
        }

        // Chosen for the whole call: a screen that is yet to be made is made by all threads.
        _screening = _choice.Current;
        _screen = _isDense ? null : _choice.Get(_screening);
        _tokens = tokens;
        fixed (float* first = inputs)
        {
            _inputs = (nint)first;
            _team.Run(tiles, _encodeTile);
        }

        Join(tiles, into);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var lane in _screenLanes)
        {
            lane?.Dispose();
        }

        _device?.Dispose();
        if (_ownsChoice)
        {
            _choice.Dispose();
        }
    }

    private EncodedTile TileOf(int index)
    {
        while (_tiles.Count <= index)
        {
            _tiles.Add(new EncodedTile(_options.TileTokens));
        }

        return _tiles[index];
    }

    private void EncodeTile(int lane, int tile)
    {
        var first = tile * _tileTokens;
        var rows = Math.Min(_tileTokens, _tokens - first);
        var inputs = new ReadOnlySpan<float>((float*)_inputs + ((nint)first * _autoencoder.InputSize), rows * _autoencoder.InputSize);
        if (_isDense)
        {
            (_denseLanes[lane] ??= new DenseLane(_autoencoder)).Encode(inputs, rows, _tiles[tile]);
            return;
        }

        var screen = _screenLanes[lane, (int)_screening] ??= _screen!.CreateLane(_options.TileTokens);
        var worker = _lanes[lane] ??= new EncoderLane(_autoencoder, _options.TileTokens);
        _choice.Report(_screening, worker.Encode(inputs, rows, screen, _tiles[tile]));
    }

    private void Join(int tiles, SparseLatents into)
    {
        into.BeginRows(_tokens);
        var starts = into.MutableRowStarts;
        var marks = into.MutableNonFinite;
        var row = 0;
        foreach (var tile in Tiles(tiles))
        {
            for (var i = 0; i < tile.Rows; i++, row++)
            {
                starts[row + 1] = starts[row] + tile.RowCounts[i];
                marks[row] = tile.NonFinite[i];
            }
        }

        into.EndRows();
        var at = 0;
        foreach (var tile in Tiles(tiles))
        {
            tile.Latents.CopyTo(into.MutableLatents[at..]);
            tile.Values.CopyTo(into.MutableValues[at..]);
            at += tile.Count;
        }
    }

    private ReadOnlySpan<EncodedTile> Tiles(int count) => CollectionsMarshal.AsSpan(_tiles)[..count];
}
