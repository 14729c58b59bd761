using System.Globalization;
using System.Text;

namespace AeServerless.Exports.Formats.Arrays;

/// <summary>The header of a NumPy array file, format 1.0.</summary>
internal static class NpyHeader
{
    private const int Alignment = 64;

    /// <param name="descr">NumPy's name of the type, such as <c>&lt;i4</c>.</param>
    /// <param name="shape">Dimensions; none for a scalar.</param>
    public static byte[] Format(string descr, params long[] shape)
    {
        var dimensions = string.Concat(shape.Select(dimension => string.Create(CultureInfo.InvariantCulture, $"{dimension}, ")));
        var tuple = shape.Length == 1 ? $"({dimensions.TrimEnd()})" : $"({dimensions.TrimEnd(' ', ',')})";
        var text = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': {tuple}, }}";
        // Magic, version and length take ten bytes; a line feed ends the header.
        const int before = 10;
        var padded = (before + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        // NumPy leaves room for the first dimension to grow, which makes small headers as long as this.
        padded = Math.Max(padded, 2 * Alignment);
        var header = new byte[padded];
        header[0] = 0x93;
        Encoding.ASCII.GetBytes("NUMPY").CopyTo(header, 1);
        (header[6], header[7]) = (1, 0);
        (header[8], header[9]) = ((byte)((padded - before) & 0xFF), (byte)((padded - before) >> 8));
        header.AsSpan(before).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text).CopyTo(header, before);
        header[^1] = (byte)'\n';
        return header;
    }
}
