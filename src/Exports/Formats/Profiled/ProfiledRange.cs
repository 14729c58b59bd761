using AeServerless.Exports.Latents;
using AeServerless.Exports.Profiles;
using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Profiled;

/// <summary>The latents of a unit, and what reads them.</summary>
/// <param name="Session">The export.</param>
/// <param name="Scalar">The scalar.</param>
/// <param name="Index">Which of the scalar's ranges it is.</param>
/// <param name="First">The first latent.</param>
/// <param name="Count">Number of latents.</param>
/// <param name="Spill">The values by latent.</param>
/// <param name="Profiles">Reads the latents.</param>
/// <param name="Contexts">Reads examples.</param>
/// <param name="Sequences">The run's sequences.</param>
internal sealed record ProfiledRange(
    ExportSession Session,
    LatentScalar Scalar,
    int Index,
    int First,
    int Count,
    LatentSpill Spill,
    ProfileReader Profiles,
    ContextReader Contexts,
    SequenceMap Sequences)
{
    /// <summary>The autoencoder's directions, or <see langword="null"/>.</summary>
    public ILatentDirections? Directions { get; } = Session.Run.Directions?.Invoke(Scalar.Autoencoder, Scalar.Layer);
}
