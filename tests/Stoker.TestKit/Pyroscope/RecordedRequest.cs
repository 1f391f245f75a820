namespace Stoker.TestKit.Pyroscope;

/// <summary>One request and how the stand-in answered it.</summary>
/// <param name="Series">What it brought; empty where it could not be read.</param>
/// <param name="Status">The status of the answer; 0 where there was none.</param>
/// <param name="Error">What was wrong with it; null where it was accepted or answered by a script.</param>
public sealed record RecordedRequest(string Path, IReadOnlyList<ReceivedPush> Series, int Status, ConnectError? Error);
