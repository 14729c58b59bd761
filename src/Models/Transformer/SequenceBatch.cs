using AeServerless.Engine;
using AeServerless.Models.Configuration;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Transformer;

/// <summary>
/// Sequences end to end, without padding: all but attention works on rows of tokens. Tensors belong to the dispose scope that was open
/// when it was made.
/// </summary>
internal sealed class SequenceBatch
{
    public SequenceBatch(IReadOnlyList<int[]> sequences, Architecture architecture, torch.Device device)
    {
        Require(sequences, architecture);
        Lengths = [.. sequences.Select(sequence => sequence.Length)];
        Ids = [.. sequences.SelectMany(sequence => sequence)];
        Tokens = torch.tensor(Ids.Select(id => (long)id).ToArray(), device: device);
        long[] positions = [.. Lengths.SelectMany(length => Enumerable.Range(0, length)).Select(position => (long)position)];
        Positions = torch.tensor(positions, device: device);
        Runs = FindRuns(Lengths);
    }

    /// <summary>Tokens of each sequence.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>All token ids.</summary>
    public int[] Ids { get; }

    /// <summary>All token ids, <c>[tokens]</c>.</summary>
    public Tensor Tokens { get; }

    /// <summary>The position of each token in its sequence, <c>[tokens]</c>.</summary>
    public Tensor Positions { get; }

    /// <summary>Neighbours of one length, which attention takes together.</summary>
    public IReadOnlyList<(int Sequences, int Length)> Runs { get; }

    /// <summary>
    /// Splits rows of tokens by <see cref="Runs"/>: <c>[tokens, heads, d_head]</c> → <c>[sequences, heads, length, d_head]</c> each.
    /// </summary>
    public IReadOnlyList<Tensor> Split(Tensor rows)
    {
        var parts = Runs.Count == 1 ? [rows] : rows.split([.. Runs.Select(run => (long)run.Sequences * run.Length)], 0);
        return [.. Runs.Zip(parts, (run, part) => part.view(run.Sequences, run.Length, part.shape[1], part.shape[2]).transpose(1, 2))];
    }

    /// <summary>Splits rows of tokens by <see cref="Runs"/>: <c>[tokens, width]</c> → <c>[sequences, length, width]</c> each.</summary>
    public IReadOnlyList<Tensor> SplitRows(Tensor rows)
    {
        var parts = Runs.Count == 1 ? [rows] : rows.split([.. Runs.Select(run => (long)run.Sequences * run.Length)], 0);
        return [.. Runs.Zip(parts, (run, part) => part.view(run.Sequences, run.Length, part.shape[1]))];
    }

    /// <summary>The reverse of <see cref="Split"/>, heads flattened: → <c>[tokens, heads · d_head]</c>.</summary>
    public static Tensor Join(IReadOnlyList<Tensor> parts)
    {
        var rows = parts
            .Select(part => part.transpose(1, 2).reshape(part.shape[0] * part.shape[2], part.shape[1] * part.shape[3]))
            .ToList();
        return rows.Count == 1 ? rows[0] : torch.cat(rows);
    }

    private static List<(int Sequences, int Length)> FindRuns(IReadOnlyList<int> lengths)
    {
        var runs = new List<(int Sequences, int Length)>();
        foreach (var length in lengths)
        {
            if (runs.Count > 0 && runs[^1].Length == length)
            {
                runs[^1] = (runs[^1].Sequences + 1, length);
            }
            else
            {
                runs.Add((1, length));
            }
        }

        return runs;
    }

    private static void Require(IReadOnlyList<int[]> sequences, Architecture architecture)
    {
        if (sequences.Count == 0)
        {
            throw new InvalidInputException("the batch", "has no sequences");
        }

        for (var i = 0; i < sequences.Count; i++)
        {
            var sequence = sequences[i];
            if (sequence.Length == 0)
            {
                throw new InvalidInputException($"sequence {i}", "has no tokens");
            }

            if (architecture.LearnedPositions && sequence.Length > architecture.Positions)
            {
                throw new InvalidInputException(
                    $"sequence {i}", $"has {sequence.Length} tokens; the model takes at most {architecture.Positions}");
            }

            if (Array.FindIndex(sequence, id => id < 0 || id >= architecture.Vocabulary) is >= 0 and var wrong)
            {
                throw new InvalidInputException(
                    $"sequence {i}", $"has the id {sequence[wrong]}; the model knows 0 to {architecture.Vocabulary - 1}");
            }
        }
    }
}
