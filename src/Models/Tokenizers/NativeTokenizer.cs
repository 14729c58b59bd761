using System.Text.Json;
using System.Text.Json.Nodes;
using AeServerless.Engine;
using Tokenizers.DotNet;

namespace AeServerless.Models.Tokenizers;

/// <summary>The library with one checked definition. It reads files alone, so that the definition passes through one.</summary>
internal sealed class NativeTokenizer : IDisposable
{
    private readonly Tokenizer _tokenizer;
    private readonly string _name;

    public NativeTokenizer(JsonObject definition, string name)
    {
        _name = name;
        var path = Path.Combine(Path.GetTempPath(), $"ae-tokenizer-{Guid.NewGuid():N}.json");
        try
        {
            using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
            {
                using var writer = new Utf8JsonWriter(file);
                definition.WriteTo(writer);
            }

            _tokenizer = new Tokenizer(path);
        }
        catch (TokenizerException e)
        {
            throw new InvalidInputException(name, $"is not read by the tokenizers library: {e.Message}");
        }
        finally
        {
            File.Delete(path);
        }
    }

    public int[] Encode(string text)
    {
        try
        {
            return Array.ConvertAll(_tokenizer.Encode(text), id => checked((int)id));
        }
        catch (TokenizerException e)
        {
            throw new InvalidInputException(_name, $"can't encode the text: {e.Message}");
        }
    }

    public string Decode(IReadOnlyList<int> ids)
    {
        try
        {
            return _tokenizer.Decode([.. ids.Select(id => (uint)id)]);
        }
        catch (TokenizerException e)
        {
            throw new InvalidInputException(_name, $"can't decode the ids: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _tokenizer.Dispose();
}
