namespace AeServerless.EmbeddedHost.DurableTask;

/// <summary>The name of an orchestrator or an activity; case is ignored.</summary>
public readonly struct TaskName : IEquatable<TaskName>
{
    /// <summary>Wraps a name.</summary>
    /// <param name="name">The name.</param>
    public TaskName(string name) => Name = name ?? throw new ArgumentNullException(nameof(name));

    /// <summary>The name; null for the default value.</summary>
    public string Name { get; }

    /// <summary>Wraps a name.</summary>
    /// <param name="value">The name.</param>
    public static implicit operator TaskName(string value) => string.IsNullOrEmpty(value) ? default : new(value);

    /// <summary>The name.</summary>
    /// <param name="value">The wrapped name.</param>
    public static implicit operator string(TaskName value) => value.Name ?? "";

    /// <summary>Whether two names are equal.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(TaskName left, TaskName right) => left.Equals(right);

    /// <summary>Whether two names differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(TaskName left, TaskName right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(TaskName other) => string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TaskName other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Name is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(Name);

    /// <inheritdoc/>
    public override string ToString() => Name ?? "";
}
