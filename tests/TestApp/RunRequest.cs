namespace AeServerless.TestApp;

/// <summary>A run of <paramref name="Groups"/> × <paramref name="ItemsInGroup"/> activities; in a group, its number.</summary>
public sealed record RunRequest(int Groups, int ItemsInGroup, int GroupsInFlight = 4, int ItemsInFlight = 16, int WorkMilliseconds = 0);
