using System.Text.Json;
using AeServerless.Engine;

namespace AeServerless.Cli.Conversion;

/// <summary>Finds the files of an array: one file, or a folder as a tool wrote it.</summary>
internal static class ArrayFolder
{
    private const string State = "state.json";
    private const string Splits = "dataset_dict.json";
    private const string DelphiConfig = "config.json";

    /// <summary>Opens what an address names.</summary>
    /// <exception cref="InvalidInputException">There is nothing there, or it is of no kind that is read.</exception>
    public static async Task<ArrayRows> OpenAsync(ArrayAddress address, ArrayUse use, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(address.Path))
        {
            return await new ArrayFiles(use).OpenAsync([address.Path], address, cancellationToken);
        }

        if (SaevShards.IsThere(address.Path))
        {
            return use == ArrayUse.Activations
                ? await SaevShards.OpenAsync(address, cancellationToken)
                : throw new InvalidInputException(
                    address.Path, "are saev's shards, which have no token ids; leave --tokens out, and ids are positions");
        }

        return await new ArrayFiles(use).OpenAsync(await FilesAsync(address, use, cancellationToken), address, cancellationToken);
    }

    private static async Task<IReadOnlyList<string>> FilesAsync(
        ArrayAddress address, ArrayUse use, CancellationToken cancellationToken)
    {
        var folder = address.Path;
        if (File.Exists(Path.Combine(folder, Splits)))
        {
            var splits = Directory.EnumerateDirectories(folder).Select(split => Path.GetFileName(split)).Order(StringComparer.Ordinal);
            throw new InvalidInputException(folder, $"has several splits: name the folder of one, {string.Join(", ", splits)}");
        }

        if (File.Exists(Path.Combine(folder, State)))
        {
            return await SavedFilesAsync(folder, cancellationToken);
        }

        var files = Directory.EnumerateFiles(folder)
            .Where(file => ArrayFiles.Extensions.Contains(Path.GetExtension(file).ToLowerInvariant()))
            .Order(StringComparer.Ordinal).ToList();
        var kinds = files.Select(Path.GetExtension).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal).ToList();
        if (kinds is not [var kind])
        {
            throw new InvalidInputException(
                folder,
                kinds.Count == 0
                    ? $"has none of the files that are read: {string.Join(", ", ArrayFiles.Extensions)}"
                    : $"has files of several kinds, {string.Join(", ", kinds)}: name one file, or keep each kind in a folder of its own");
        }

        // delphi writes the token ids into every split of the latents.
        return use == ArrayUse.TokenIds && kind == ".safetensors" && IsDelphi(folder, files) ? [files[0]] : files;
    }

    private static bool IsDelphi(string folder, List<string> files) => File.Exists(Path.Combine(folder, DelphiConfig))
        && files.TrueForAll(file => Path.GetFileNameWithoutExtension(file).Split('_') is [{ Length: > 0 } first, { Length: > 0 } last]
            && first.All(char.IsAsciiDigit) && last.All(char.IsAsciiDigit));

    // What save_to_disk of Hugging Face's datasets leaves: files in their order, and nothing that chooses among their rows.
    private static async Task<IReadOnlyList<string>> SavedFilesAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, State);
        try
        {
            using var state = JsonDocument.Parse(await File.ReadAllBytesAsync(path, cancellationToken));
            if (state.RootElement.TryGetProperty("_indices_data_files", out var indices) && indices.ValueKind == JsonValueKind.Array
                && indices.GetArrayLength() > 0)
            {
                throw new InvalidInputException(
                    path, "says that rows are chosen or shuffled by indices; call flatten_indices() and save_to_disk again");
            }

            var names = state.RootElement.GetProperty("_data_files").EnumerateArray()
                .Select(file => file.GetProperty("filename").GetString() ?? "").ToList();
            if (names.Count == 0 || names.Exists(name => name.Length == 0 || Path.GetFileName(name) != name))
            {
                throw new InvalidInputException(path, "must name the dataset's files, without folders, in '_data_files'");
            }

            return [.. names.Select(name => Path.Combine(folder, name))];
        }
        catch (JsonException error)
        {
            throw InvalidInputException.NotJson(path, error);
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidInputException(path, "must name the dataset's files in '_data_files', each with a 'filename'");
        }
    }
}
