using AeServerless.Engine.Graph;

namespace AeServerless.Engine.Computation;

/// <summary>Cuts a chunk into windows that are read at once, and windows into tiles that are computed at once.</summary>
internal static class SequenceCutter
{
    /// <summary>
    /// Parts of consecutive sequences of at most <paramref name="tokens"/> tokens; with whole sequences more where one is longer.
    /// </summary>
    public static List<List<SequenceSlice>> Cut(IEnumerable<SequenceSlice> sequences, int tokens, bool whole)
    {
        var parts = new List<List<SequenceSlice>>();
        var part = new List<SequenceSlice>();
        var filled = 0;
        void Close()
        {
            if (part.Count > 0)
            {
                parts.Add(part);
            }

            (part, filled) = ([], 0);
        }

        foreach (var sequence in sequences)
        {
            var done = 0;
            while (done < sequence.Tokens)
            {
                var rest = sequence.Tokens - done;
                if (filled > 0 && (whole ? filled + rest > tokens : filled == tokens))
                {
                    Close();
                }

                var take = whole ? rest : Math.Min(rest, tokens - filled);
                part.Add(new SequenceSlice(filled, sequence.FirstPosition + done, take));
                filled += take;
                done += take;
            }
        }

        Close();
        return parts;
    }
}
