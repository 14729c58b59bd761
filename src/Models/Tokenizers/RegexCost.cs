using System.Globalization;
using AeServerless.Engine;
using AeServerless.Models.Configuration;

namespace AeServerless.Models.Tokenizers;

/// <summary>
/// Bounds how often a regular expression goes back. The library ends the process where one match goes back ten million times, so
/// expressions are refused whose tries can grow faster than a text, and of the others it is told what the tries grow with.
/// </summary>
internal sealed class RegexCost
{
    private const int MostRepeats = 1000;

    private readonly string _pattern;
    private readonly string _subject;
    private int _at;

    private RegexCost(string pattern, string subject) => (_pattern, _subject) = (pattern, subject);

    /// <summary>Whether tries grow with the length of anything but white space.</summary>
    public bool BeyondWhitespace { get; private set; }

    /// <summary>Reads an expression.</summary>
    /// <exception cref="InvalidInputException">It is not closed, or its time may grow faster than a text.</exception>
    public static RegexCost Of(string pattern, string subject)
    {
        var cost = new RegexCost(pattern, subject);
        cost.Alternatives();
        return cost._at == pattern.Length ? cost : throw cost.Invalid("closes a group that is not open");
    }

    private InvalidInputException Invalid(string problem) =>
        new(_subject, $"the regular expression '{ConfigReader.Clip(_pattern)}' {problem}");

    private InvalidInputException Costly() =>
        Invalid("is not read: repetitions within or behind repetitions may take time that grows faster than the text");

    // The most endless repetitions of an alternative.
    private int Alternatives()
    {
        var most = 0;
        do
        {
            most = Math.Max(most, Sequence());
        }
        while (Accept('|'));
        return most;
    }

    private int Sequence()
    {
        var (endless, open, risks) = (0, new List<string>(), 0);
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
        {
            var start = _at;
            var within = Atom();
            var atom = _pattern[start.._at];
            var (repeats, optional, possessive) = Quantifier();
            if (repeats && within > 0)
            {
                throw Costly();
            }

            // What can fail sends the matcher back into the endless repetitions before it.
            if (!optional && open.Count > 0)
            {
                risks += open.Count;
                BeyondWhitespace |= open.Any(repeated => repeated != @"\s");
                open.Clear();
                if (risks > 1)
                {
                    throw Costly();
                }
            }

            if (possessive)
            {
                continue;
            }

            endless += within + (repeats ? 1 : 0);
            open.AddRange(Enumerable.Repeat(atom, within + (repeats ? 1 : 0)));
        }

        return endless;
    }

    // Returns the endless repetitions within it.
    private int Atom()
    {
        var character = _pattern[_at++];
        switch (character)
        {
            case '\\':
                Escape();
                return 0;
            case '[':
                Class();
                return 0;
            case '(':
                GroupStart();
                var within = Alternatives();
                return Accept(')') ? within : throw Invalid("leaves a group open");
            case '*' or '+' or '?':
                throw Costly();
            default:
                return 0;
        }
    }

    private void Escape()
    {
        if (_at == _pattern.Length)
        {
            throw Invalid("ends in a backslash");
        }

        var character = _pattern[_at++];
        if (character is (>= '1' and <= '9') or 'k' or 'g')
        {
            throw Invalid("refers to its own parts, which is not read");
        }

        if (character is 'p' or 'P' or 'x' or 'u' && _at < _pattern.Length && _pattern[_at] == '{')
        {
            _at = _pattern.IndexOf('}', _at) is >= 0 and var end ? end + 1 : throw Invalid("leaves a brace open");
        }
    }

    private void Class()
    {
        var depth = 1;
        Accept('^');
        Accept(']');
        while (depth > 0)
        {
            if (_at == _pattern.Length)
            {
                throw Invalid("leaves a bracket open");
            }

            switch (_pattern[_at++])
            {
                case '\\': Escape(); break;
                case '[': depth++; break;
                case ']': depth--; break;
            }
        }
    }

    private void GroupStart()
    {
        if (!Accept('?'))
        {
            return;
        }

        // (?: (?= (?! (?> (?<= (?<! (?<name> (?flags:
        while (_at < _pattern.Length && _pattern[_at] is not (':' or '=' or '!' or '>' or ')'))
        {
            _at++;
        }

        if (_at == _pattern.Length || _pattern[_at] == ')')
        {
            return;
        }

        _at++;
    }

    private (bool Endless, bool Optional, bool Possessive) Quantifier()
    {
        if (_at == _pattern.Length)
        {
            return (false, false, false);
        }

        switch (_pattern[_at])
        {
            case '*': _at++; return (true, true, Suffix());
            case '+': _at++; return (true, false, Suffix());
            case '?': _at++; return (false, true, Suffix());
            case '{' when Bounds() is var (least, most): return (most > MostRepeats, least == 0, false);
            default: return (false, false, false);
        }
    }

    private bool Suffix()
    {
        if (Accept('+'))
        {
            return true;
        }

        Accept('?');
        return false;
    }

    // {n}, {n,}, {n,m}; a brace that is none of them is a character.
    private (int Least, int Most)? Bounds()
    {
        var end = _pattern.IndexOf('}', _at);
        if (end < 0 || _pattern[(_at + 1)..end].Split(',') is not { Length: 1 or 2 } parts)
        {
            return null;
        }

        if (!int.TryParse(parts[0].Length == 0 ? "0" : parts[0], out var least)
            || (parts.Length == 2 && parts[1].Length > 0 && !int.TryParse(parts[1], out _)))
        {
            return null;
        }

        _at = end + 1;
        Accept('?');
        return (least, parts.Length == 1 ? least : parts[1].Length == 0 ? int.MaxValue : int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private bool Accept(char character)
    {
        if (_at < _pattern.Length && _pattern[_at] == character)
        {
            _at++;
            return true;
        }

        return false;
    }
}
