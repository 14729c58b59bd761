namespace AeServerless.Cli.Conversion;

/// <summary>Where an array is: a file or folder, and behind <c>#</c> what of it.</summary>
/// <param name="Path">The file or folder.</param>
/// <param name="Part">A column, a tensor, a layer, or type and shape; <see langword="null"/> where it is not said.</param>
internal sealed record ArrayAddress(string Path, string? Part)
{
    /// <summary>The address as it was given.</summary>
    public string Text => Part is null ? Path : $"{Path}#{Part}";

    public static ArrayAddress Parse(string text) =>
        !System.IO.Path.Exists(text) && text.LastIndexOf('#') is > 0 and var sign
            ? new ArrayAddress(text[..sign], text[(sign + 1)..])
            : new ArrayAddress(text, Part: null);
}
