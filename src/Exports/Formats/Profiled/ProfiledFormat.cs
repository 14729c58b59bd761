using AeServerless.Exports.Latents;
using AeServerless.Exports.Profiles;
using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Profiled;

/// <summary>A format that shows each latent with figures and examples: one pass over each scalar, then range by range of latents.</summary>
public abstract class ProfiledFormat : IExportFormat
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract string Summary { get; }

    /// <inheritdoc/>
    public virtual int Version => 1;

    /// <inheritdoc/>
    public async Task WriteAsync(ExportSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        Check(session);
        var scalars = (await session.ScalarsAsync(cancellationToken)).Where(scalar => scalar.Shape == ScalarShape.Latents).ToList();
        foreach (var scalar in scalars)
        {
            await WriteAsync(session, scalar, cancellationToken);
        }

        await CompleteAsync(session, scalars, cancellationToken);
    }

    /// <summary>Refuses what the format can't hold, and says what it loses.</summary>
    private protected abstract void Check(ExportSession session);

    /// <summary>Where units of a scalar begin, by latent, and at last the number of latents.</summary>
    private protected abstract int[] Bounds(ExportSession session, LatentScalar scalar);

    /// <summary>The name of a unit.</summary>
    private protected abstract string Unit(ExportSession session, LatentScalar scalar, int index);

    /// <summary>Writes the files of a unit.</summary>
    private protected abstract Task WriteAsync(ExportUnit unit, ProfiledRange range, CancellationToken cancellationToken);

    /// <summary>Writes what stands beside the units of a scalar.</summary>
    private protected virtual Task CompleteAsync(
        ExportSession session, IReadOnlyList<LatentScalar> scalars, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    private async Task WriteAsync(ExportSession session, LatentScalar scalar, CancellationToken cancellationToken)
    {
        var tokens = session.RequireTokens(scalar.Tokens);
        var bounds = Bounds(session, scalar);
        var wanted = Enumerable.Range(0, bounds.Length - 1).Select(index => !session.IsDone(Unit(session, scalar, index))).ToArray();
        if (!wanted.Contains(true))
        {
            return;
        }

        var sequences = await ExportSession.SequencesAsync(scalar.File, cancellationToken);
        using var ids = await LocalTokenIds.CopyAsync(tokens, cancellationToken);
        using var spill = await LatentSpill.CreateAsync(
            LatentSet.Of(scalar), tokens, bounds, index => wanted[index], above: null, cancellationToken);
        for (var index = 0; index < wanted.Length; index++)
        {
            if (wanted[index])
            {
                var unit = session.Begin(Unit(session, scalar, index));
                var range = new ProfiledRange(
                    session,
                    scalar,
                    index,
                    bounds[index],
                    bounds[index + 1] - bounds[index],
                    spill,
                    new ProfileReader(spill, sequences, unit.Lose),
                    new ContextReader(ids, session.Options.ContextTokens),
                    sequences);
                await WriteAsync(unit, range, cancellationToken);
                await unit.CompleteAsync(cancellationToken);
            }
        }
    }
}
