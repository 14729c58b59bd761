using System.Numerics;

namespace AeServerless.Engine.Numerics;

/// <summary>
/// A sum without rounding that has limbs only where numbers fell: those of powers of float32 numbers and of float64 numbers span a thousand
/// bits and more, of which those of one latent need few. Limb i counts multiples of 2^(unit + 32·i), where whoever has the sum knows the
/// unit. For fields: a copy shares the limbs.
/// </summary>
internal struct WindowedSum
{
    private const int LimbBits = 32;

    // Limbs above the highest that was added to: the carries of 2^63 additions end there.
    private const int Headroom = 2;

    private long[]? _limbs;
    private int _first;
    private int _pending;

    /// <summary>Adds ±magnitude · 2^position units.</summary>
    public void Add(UInt128 magnitude, int position, bool negative)
    {
        if (magnitude == 0)
        {
            return;
        }

        var (limb, shift) = (position / LimbBits, position % LimbBits);
        var bits = 128 - (int)UInt128.LeadingZeroCount(magnitude);
        var limbs = Begin(limb, (shift + bits + LimbBits - 1) / LimbBits);
        var sign = negative ? -1L : 1L;
        limbs[0] += sign * (uint)(magnitude << shift);
        magnitude >>= LimbBits - shift;
        for (var i = 1; magnitude != 0; i++)
        {
            limbs[i] += sign * (uint)magnitude;
            magnitude >>= LimbBits;
        }
    }

    /// <summary>Adds a normalised sum.</summary>
    public void Add(in WindowedSum other)
    {
        var added = other.Limbs(out var first);
        if (!added.IsEmpty)
        {
            ExactSum.Add(Begin(first, added.Length), added);
        }
    }

    /// <summary>Adds a number by its limbs, the least significant first.</summary>
    public void Add(int first, ReadOnlySpan<uint> magnitudes, bool negative)
    {
        if (magnitudes.IsEmpty)
        {
            return;
        }

        var limbs = Begin(first, magnitudes.Length);
        for (var i = 0; i < magnitudes.Length; i++)
        {
            limbs[i] += negative ? -(long)magnitudes[i] : magnitudes[i];
        }
    }

    /// <summary>The limbs from the lowest to the highest that is not 0, canonical after <see cref="Normalise"/>.</summary>
    /// <param name="first">The index of the lowest; 0 where there are none.</param>
    public readonly ReadOnlySpan<long> Limbs(out int first)
    {
        var limbs = _limbs.AsSpan();
        var lowest = limbs.IndexOfAnyExcept(0L);
        first = lowest < 0 ? 0 : _first + lowest;
        return lowest < 0 ? [] : limbs[lowest..(limbs.LastIndexOfAnyExcept(0L) + 1)];
    }

    /// <summary>Brings the sum into its canonical form, see <see cref="ExactSum.Normalise"/>.</summary>
    public void Normalise()
    {
        if (_pending > 0)
        {
            ExactSum.Normalise(_limbs);
            _pending = 0;
        }
    }

    /// <summary>The sum as a whole number of units.</summary>
    public readonly BigInteger ToInteger() => ExactSum.ToInteger(_limbs) << (LimbBits * _first);

    /// <summary>Forgets the sum, and keeps its memory.</summary>
    public void Clear()
    {
        if (_limbs is not null)
        {
            Array.Clear(_limbs);
            _pending = 0;
        }
    }

    /// <summary>Makes room for an addition to some limbs.</summary>
    private Span<long> Begin(int first, int count)
    {
        if (_limbs is null)
        {
            (_limbs, _first) = (new long[count + Headroom], first);
        }
        else if (first < _first || first + count + Headroom > _first + _limbs.Length)
        {
            Grow(Math.Min(first, _first), Math.Max(first + count + Headroom, _first + _limbs.Length));
        }

        if (++_pending >= ExactSum.MaxPending)
        {
            ExactSum.Normalise(_limbs);
            _pending = 1;
        }

        return _limbs.AsSpan(first - _first, count);
    }

    private void Grow(int first, int end)
    {
        var grown = new long[end - first];
        _limbs.CopyTo(grown.AsSpan(_first - first));
        (_limbs, _first) = (grown, first);
    }
}
