using System.Text.Json;

namespace AeServerless.Engine.Tensors;

/// <summary>
/// Parses and validates the JSON header of a safetensors file. Whatever the bytes are, it either yields tensors that tile the data section
/// without gap or overlap, or throws <see cref="InvalidInputException"/>; what it allocates is bounded by the length of the header.
/// </summary>
internal ref struct SafetensorsHeader
{
    /// <summary>The specification's limit.</summary>
    public const long MaxLength = 100_000_000;

    private const string MetadataKey = "__metadata__";

    private readonly string _file;
    private readonly long _dataStart;
    private readonly long _dataLength;
    private readonly Dictionary<string, TensorEntry> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private Utf8JsonReader _reader;
    private bool _metadataSeen;

    private SafetensorsHeader(string file, ReadOnlySpan<byte> json, long dataStart, long dataLength)
    {
        _file = file;
        _dataStart = dataStart;
        _dataLength = dataLength;
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 64 });
    }

    public static (Dictionary<string, TensorEntry> Tensors, Dictionary<string, string> Metadata) Parse(
        string file, ReadOnlySpan<byte> json, long dataStart, long dataLength)
    {
        var header = new SafetensorsHeader(file, json, dataStart, dataLength);
        try
        {
            header.ReadRoot();
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(file, $"the header is not valid JSON: {OneLineText.Describe(e)}");
        }
        catch (InvalidOperationException)
        {
            // Utf8JsonReader.GetString on invalid UTF-8 or a lone surrogate.
            throw new InvalidInputException(file, "the header has a string that is not valid Unicode");
        }

        TensorLayout.ValidateTiling(file, header._tensors.Values, dataStart, dataLength);
        return (header._tensors, header._metadata);
    }

    private void ReadRoot()
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartObject)
        {
            throw new InvalidInputException(_file, "the header must be a JSON object");
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = _reader.GetString()!;
            _reader.Read();
            if (name == MetadataKey)
            {
                ReadMetadata();
            }
            else if (!_tensors.TryAdd(name, ReadTensor(name)))
            {
                throw Error(name, "stands twice in the header");
            }
        }

        // Trailing bytes other than white space are an error of the reader.
        _reader.Read();
    }

    private void ReadMetadata()
    {
        if (_metadataSeen)
        {
            throw new InvalidInputException(_file, $"{MetadataKey} stands twice in the header");
        }

        _metadataSeen = true;
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            throw new InvalidInputException(_file, $"{MetadataKey} must be an object of strings");
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = _reader.GetString()!;
            _reader.Read();
            if (_reader.TokenType != JsonTokenType.String)
            {
                throw new InvalidInputException(_file, $"{MetadataKey} '{OneLineText.Clip(key)}' must be a string");
            }

            if (!_metadata.TryAdd(key, _reader.GetString()!))
            {
                throw new InvalidInputException(_file, $"{MetadataKey} '{OneLineText.Clip(key)}' stands twice");
            }
        }
    }

    private TensorEntry ReadTensor(string name)
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            throw Error(name, "must be an object with dtype, shape and data_offsets");
        }

        string? dtypeName = null;
        List<long>? shape = null, offsets = null;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = _reader.GetString()!;
            _reader.Read();
            switch (field)
            {
                case "dtype" when dtypeName is null && _reader.TokenType == JsonTokenType.String: dtypeName = _reader.GetString(); break;
                case "dtype" when dtypeName is null: throw Error(name, "dtype must be a string");
                case "shape" when shape is null: shape = ReadNumbers(name, field); break;
                case "data_offsets" when offsets is null: offsets = ReadNumbers(name, field); break;
                case "dtype" or "shape" or "data_offsets": throw Error(name, $"{field} stands twice");
                // As the reference reader does: what other writers add says nothing of the bytes.
                default: _reader.Skip(); break;
            }
        }

        if (dtypeName is null || shape is null || offsets is null)
        {
            throw Error(name, "must have dtype, shape and data_offsets");
        }

        if (!TensorDtypes.TryParse(dtypeName, out var dtype))
        {
            throw Error(name, $"has the unknown dtype '{OneLineText.Clip(dtypeName)}'; known are {TensorDtypes.Known}");
        }

        return Check(name, dtype, shape, offsets);
    }

    private readonly TensorEntry Check(string name, TensorDtype dtype, List<long> shape, List<long> offsets)
    {
        if (offsets is not [var begin, var end])
        {
            throw Error(name, "data_offsets must be two numbers: begin and end");
        }

        if (begin > end)
        {
            throw Error(name, $"data_offsets begin at {begin}, after their end {end}");
        }

        if (end > _dataLength)
        {
            throw Error(name, $"data_offsets end at {end}, but the file has only {_dataLength} bytes of data");
        }

        if (!TensorLayout.TryByteLength(shape, dtype, out var bytes))
        {
            throw Error(name, "the shape is larger than any file can hold");
        }

        if (bytes != end - begin)
        {
            throw Error(name, $"the shape needs {bytes} bytes ({dtype.Name()}), but data_offsets span {end - begin}");
        }

        return new TensorEntry(name, dtype, shape.AsReadOnly(), _dataStart + begin, bytes);
    }

    private List<long> ReadNumbers(string name, string field)
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            throw Error(name, $"{field} must be a list of whole numbers");
        }

        var numbers = new List<long>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (_reader.TokenType != JsonTokenType.Number || !_reader.TryGetInt64(out var number) || number < 0)
            {
                throw Error(name, $"{field} must be whole numbers from 0 to {long.MaxValue}");
            }

            numbers.Add(number);
        }

        return numbers;
    }

    private readonly InvalidInputException Error(string tensor, string problem) => TensorLayout.Error(_file, tensor, problem);
}
