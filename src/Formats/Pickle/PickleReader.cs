using AeServerless.Engine;

namespace AeServerless.Formats.Pickle;

/// <summary>
/// Reads a pickle as the data that it is: dictionaries, lists, tuples, texts, numbers and tensors. It is a machine that runs the few
/// instructions which torch.save writes; it calls nothing, and a name outside of <see cref="PickleGlobal"/> ends the reading.
/// Values: null, <see cref="bool"/>, <see cref="long"/>, <see cref="double"/>, <see cref="string"/>, byte[], <c>List&lt;object?&gt;</c> for
/// lists, object?[] for tuples, <see cref="PickleDictionary"/>, <see cref="TorchTensor"/>.
/// </summary>
internal sealed class PickleReader(string file, ReadOnlyMemory<byte> bytes)
{
    private const byte HighestProtocol = 5;

    private readonly PickleBytes _bytes = new(file, bytes);
    private readonly TorchObjects _objects = new(file);
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];

    /// <summary>Bytes taken so far.</summary>
    public int Position => _bytes.Position;

    /// <summary>The storages that the pickles read so far refer to, by key.</summary>
    public IReadOnlyDictionary<string, TorchStorage> Storages => _objects.Storages;

    /// <summary>Reads one pickle, up to its end mark.</summary>
    /// <exception cref="InvalidInputException">It is broken, or holds what is not data.</exception>
    /// <exception cref="PickleEndException">The bytes end before it does.</exception>
    public object? Read()
    {
        _stack.Clear();
        _marks.Clear();
        _memo.Clear();
        for (var operation = (char)_bytes.Byte(); operation != '.'; operation = (char)_bytes.Byte())
        {
            Run(operation);
        }

        return _stack.Count == 1 && _marks.Count == 0 ? _stack[0] : throw Broken();
    }

    private void Run(char operation)
    {
        switch (operation)
        {
            case '(':
                _marks.Add(_stack.Count);
                break;
            case '0':
                Pop();
                break;
            case '1':
                PopToMark();
                break;
            case 'c':
                Push(_objects.Global(_bytes.Line(), _bytes.Line()));
                break;
            case 'i':
                // Makes an object of a class: never data, and known names are no such classes.
                var made = _objects.Global(_bytes.Line(), _bytes.Line());
                throw new InvalidInputException(
                    file,
                    $"its pickle makes an object of {made.Module}.{made.Name} in a way that torch.save doesn't");
            case '\x93':
                var name = Pop() as string;
                Push(_objects.Global(Pop() as string ?? throw Broken(), name ?? throw Broken()));
                break;
            case 'Q':
                Push(_objects.Storage(Pop()));
                break;
            case 'R':
                var arguments = Pop() as object?[] ?? throw Broken();
                Push(_objects.Call(Pop() as PickleGlobal ?? throw Broken(), arguments));
                break;
            case 'b':
                _objects.RequireHarmlessState(Pop(), Peek());
                break;
            case '\x80':
                var protocol = _bytes.Byte();
                if (protocol > HighestProtocol)
                {
                    throw new InvalidInputException(file, $"its pickle is of protocol {protocol}; up to {HighestProtocol} are read");
                }

                break;
            case '\x95':
                _bytes.UInt64();
                break;
            default:
                if (!RunMemo(operation) && !RunContainer(operation) && !RunScalar(operation))
                {
                    throw new InvalidInputException(file, $"its pickle has the instruction 0x{(int)operation:x2}, which tensors, "
                        + "dictionaries, lists, numbers and texts don't need");
                }

                break;
        }
    }

    private bool RunMemo(char operation)
    {
        switch (operation)
        {
            case 'q':
                _memo[_bytes.Byte()] = Peek();
                break;
            case 'r':
                _memo[_bytes.UInt32()] = Peek();
                break;
            case 'p':
                _memo[_bytes.WholeLine()] = Peek();
                break;
            case '\x94':
                _memo[_memo.Count] = Peek();
                break;
            case 'h':
                Push(Remembered(_bytes.Byte()));
                break;
            case 'j':
                Push(Remembered(_bytes.UInt32()));
                break;
            case 'g':
                Push(Remembered(_bytes.WholeLine()));
                break;
            default:
                return false;
        }

        return true;
    }

    private bool RunContainer(char operation)
    {
        switch (operation)
        {
            case '}':
                Push(new PickleDictionary());
                break;
            case 'd':
                var dictionary = new PickleDictionary();
                SetItems(dictionary, PopToMark());
                Push(dictionary);
                break;
            case 's':
                var value = Pop();
                var key = Pop();
                SetItems(Peek() as PickleDictionary, [key, value]);
                break;
            case 'u':
                var items = PopToMark();
                SetItems(Peek() as PickleDictionary, items);
                break;
            case ']':
                Push(new List<object?>());
                break;
            case 'l':
                Push(new List<object?>(PopToMark()));
                break;
            case 'a':
                var item = Pop();
                List().Add(item);
                break;
            case 'e':
                var added = PopToMark();
                List().AddRange(added);
                break;
            case ')':
                Push(Array.Empty<object?>());
                break;
            case 't':
                Push(PopToMark());
                break;
            case '\x85' or '\x86' or '\x87':
                Push(PopMany(operation - '\x84'));
                break;
            default:
                return false;
        }

        return true;
    }

    private bool RunScalar(char operation)
    {
        switch (operation)
        {
            case 'N':
                Push(null);
                break;
            case '\x88' or '\x89':
                Push(operation == '\x88');
                break;
            case 'J':
                Push((long)_bytes.Int32());
                break;
            case 'K':
                Push((long)_bytes.Byte());
                break;
            case 'M':
                Push((long)_bytes.UInt16());
                break;
            case 'I' or 'L':
                Push(_bytes.WholeLine());
                break;
            case '\x8a':
                Push(_bytes.Long(_bytes.Byte()));
                break;
            case '\x8b':
                Push(_bytes.Long(_bytes.UInt32()));
                break;
            case 'G':
                Push(_bytes.Double());
                break;
            case 'X':
                Push(_bytes.Text(_bytes.UInt32()));
                break;
            case '\x8c' or 'U':
                Push(_bytes.Text(_bytes.Byte()));
                break;
            case '\x8d':
                Push(_bytes.Text(_bytes.UInt64()));
                break;
            case 'T':
                Push(_bytes.Text(_bytes.UInt32()));
                break;
            case 'C':
                Push(_bytes.Take(_bytes.Byte()).ToArray());
                break;
            case 'B':
                Push(_bytes.Take(_bytes.UInt32()).ToArray());
                break;
            default:
                return false;
        }

        return true;
    }

    private void SetItems(PickleDictionary? dictionary, object?[] items)
    {
        if (dictionary is null || items.Length % 2 != 0)
        {
            throw Broken();
        }

        for (var i = 0; i < items.Length; i += 2)
        {
            if (items[i] is not (string or long))
            {
                throw new InvalidInputException(file, "its pickle has a dictionary whose keys are neither texts nor whole numbers");
            }

            dictionary.Set(items[i]!, items[i + 1]);
        }
    }

    private List<object?> List() => Peek() as List<object?> ?? throw Broken();

    private object? Remembered(long index) => _memo.TryGetValue(index, out var value) ? value : throw Broken();

    private void Push(object? value) => _stack.Add(value);

    private object? Peek() => _stack.Count > Floor ? _stack[^1] : throw Broken();

    private object? Pop() => PopMany(1)[0];

    private object?[] PopMany(int count)
    {
        if (_stack.Count - Floor < count)
        {
            throw Broken();
        }

        var values = _stack.GetRange(_stack.Count - count, count).ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private object?[] PopToMark()
    {
        if (_marks.Count == 0)
        {
            throw Broken();
        }

        var values = PopMany(_stack.Count - Floor);
        _marks.RemoveAt(_marks.Count - 1);
        return values;
    }

    private int Floor => _marks.Count == 0 ? 0 : _marks[^1];

    private InvalidInputException Broken() => new(file, "its pickle is broken");
}
