using System.Net;

namespace Stoker.Discovery.Api;

/// <summary>What came of a request: a value, or why there is none.</summary>
/// <param name="Failure">What happened and what to do about it, one line without secrets; null where there is a value.</param>
/// <param name="Status">The status of the answer; null where none came.</param>
internal sealed record ApiResult<T>(T? Value, string? Failure, HttpStatusCode? Status)
    where T : class;
