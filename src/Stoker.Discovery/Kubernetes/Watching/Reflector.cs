using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Prometheus;
using Stoker.Discovery.Api;

namespace Stoker.Discovery.Kubernetes;

/// <summary>
/// Keeps a list of objects up to date by the protocol of the Kubernetes API ("API Concepts": list, then watch from the list's resource version):
/// 1. It lists, in pages. A place in the list that has expired makes it list once more, in one piece.
/// 2. It watches from there, with bookmarks. A watch that ends or breaks is resumed where it was; one that says nothing beyond its time is cut.
/// 3. Where the server no longer knows that place (410), gives up with an error or refuses the watch, it lists again; only a server that is busy (429),
/// or that has had a fault no more than twice in a row, is asked to watch again at once.
/// Between failures it waits, longer each time. What it learns it posts and never keeps.
/// </summary>
internal sealed class Reflector(
    ApiServer server, WatchTarget target, ChannelWriter<WatchNews> news, TimeProvider time, Counter.Child failures)
{
    private const int PageSize = 500;

    // Beyond any cluster that is supported; a server that never ends must not fill the memory.
    private const int MaxObjects = 1_000_000;

    // What a server that does not end its list may cost.
    private const int MaxPages = 10_000;
    private const int MaxEmptyPages = 100;
    private const int MaxPlaceLength = 8 * 1024;

    // A fault of the server says nothing about our place, unless it stays.
    private const int MaxFaultsOfAWatch = 2;

    // A connection may break; one that always does is worth a word.
    private const int BreaksToReport = 3;

    /// <summary>Without a byte for so long, a list has failed.</summary>
    internal static readonly TimeSpan SilentList = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan ShortestWatch = TimeSpan.FromMinutes(5);

    // Beyond the time that the server was asked to end the watch at.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    // A watch that ends sooner is no sign of a server that works, whatever it has sent: the next one waits.
    private static readonly TimeSpan TooShort = TimeSpan.FromSeconds(1);

    private readonly ObjectReader _objects = target.Resource.CreateReader();
    private readonly WatchBackoff _backoff = new(time);
    private string _version = target.Resource.Versions[0];

    // Up to where all is known; empty before the first list.
    private string _resourceVersion = "";
    private bool _mustList = true;

    // Set when the server no longer knows our place: then only its newest state will do.
    private bool _isExpired;

    // In a row: watches that were not answered with 200, and those that broke without an event.
    private int _refusals;
    private int _breaks;
    private bool _isWatchFailing;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            bool isList = _mustList;
            Step step = await TryStepAsync(cancellationToken);
            if (step.Failure is { } failure)
            {
                failures.Inc();
                _isWatchFailing |= !isList;
                await news.WriteAsync(
                    isList ? new WatchNews.Failed(target, failure) : new WatchNews.WatchFailed(target, failure), cancellationToken);
            }

            if (step.MustWait)
            {
                TimeSpan wait = _backoff.Next();
                await Task.Delay(step.Failure?.RetryAfter is { } asked && asked > wait ? asked : wait, time, cancellationToken);
            }
        }
    }

    /// <summary>One list or one watch. What comes from outside ends as a failure, never as an exception.</summary>
    private async Task<Step> TryStepAsync(CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(SilentList, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        bool isList = _mustList;
        try
        {
            return isList ? await ListAsync(silence, either.Token) : await WatchAsync(silence, either.Token);
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            _mustList |= _refusals > MaxFaultsOfAWatch;
            return Step.Failed(new ApiFailure(
                $"the API server said nothing for {SilentList.TotalSeconds} s to a request for {target.Resource.Plural}"));
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            return Step.Failed(ApiFailure.Of(exception));
        }
        catch (JsonException exception)
        {
            return Step.Failed(new ApiFailure(
                $"the answer is no list of {target.Resource.Plural} ({PlainText.OneLine(exception.Message)}): is this the URL of an API server?"));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return Step.Failed(ApiFailure.Of(exception));
        }
    }

    private async Task<Step> ListAsync(CancellationTokenSource silence, CancellationToken cancellationToken)
    {
        var found = new List<KubeObject>();
        var broken = new List<BrokenObject>();
        string place = "";
        string resourceVersion = FirstResourceVersion();
        bool inPages = true;
        var places = new HashSet<string>(StringComparer.Ordinal);
        int emptyPages = 0;
        while (true)
        {
            string path = PathOf(ListQuery(resourceVersion, place, inPages));
            using HttpResponseMessage response = await server.GetAsync(path, cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                ApiFailure failure = await ApiFailure.OfAsync(response, target, "list", cancellationToken);
                if (failure.IsGone && inPages && place.Length > 0)
                {
                    // The pages took longer than the server remembers: everything at once, as it is now.
                    (place, resourceVersion, inPages) = ("", "", false);
                    found.Clear();
                    broken.Clear();
                    continue;
                }

                return Refused(failure);
            }

            var reader = new ListReader(_objects);
            ListPage page = await reader.ReadAsync(
                await response.Content.ReadAsStreamAsync(cancellationToken), () => silence.CancelAfter(SilentList), cancellationToken);
            found.AddRange(reader.Found);
            broken.AddRange(reader.Broken);
            if (found.Count + broken.Count > MaxObjects)
            {
                return Step.Failed(new ApiFailure(
                    $"there are more than {MaxObjects} {target.Resource.Plural}: choose some with selectors or namespaces"));
            }

            if (page.Continue.Length == 0)
            {
                _resourceVersion = page.ResourceVersion;
                _mustList = false;
                _isExpired = false;
                await news.WriteAsync(new WatchNews.Listed(target, found, broken), cancellationToken);
                return Step.Done;
            }

            place = page.Continue;
            emptyPages += reader.Found.Count + reader.Broken.Count == 0 ? 1 : 0;
            if (place.Length > MaxPlaceLength || emptyPages > MaxEmptyPages || places.Count == MaxPages || !places.Add(place))
            {
                return Step.Failed(new ApiFailure(
                    $"the list of {target.Resource.Plural} does not end: its pages lead to pages that were read before, or to too many"));
            }
        }
    }

    // From the server's cache at first, which costs it little; then nothing older than what is known; its newest state where it has
    // forgotten ours.
    private string FirstResourceVersion() => _isExpired ? "" : _resourceVersion.Length == 0 ? "0" : _resourceVersion;

    private static string ListQuery(string resourceVersion, string place, bool inPages)
    {
        // A version of the past and pages exclude each other, and a place in a list has its version in it.
        string pages = inPages && resourceVersion is "" or "0" ? $"&limit={PageSize}" : "";
        return place.Length > 0 ? $"{pages}&continue={Uri.EscapeDataString(place)}"
            : resourceVersion.Length > 0 ? $"{pages}&resourceVersion={Uri.EscapeDataString(resourceVersion)}"
            : pages;
    }

    private async Task<Step> WatchAsync(CancellationTokenSource silence, CancellationToken cancellationToken)
    {
        int seconds = (int)ShortestWatch.TotalSeconds + Random.Shared.Next((int)ShortestWatch.TotalSeconds);
        string path = PathOf(
            $"&watch=1&allowWatchBookmarks=true&resourceVersion={Uri.EscapeDataString(_resourceVersion)}&timeoutSeconds={seconds}");
        long start = time.GetTimestamp();
        _refusals++;
        using HttpResponseMessage response = await server.GetAsync(path, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            ApiFailure failure = await ApiFailure.OfAsync(response, target, "watch", cancellationToken);

            // Too many requests say nothing about our place. Whoever may not watch lists instead, so that at least lists keep the targets up to date.
            _mustList = failure.Status != (int)HttpStatusCode.TooManyRequests && (failure.Status < 500 || _refusals > MaxFaultsOfAWatch);
            return Refused(failure);
        }

        _refusals = 0;
        silence.CancelAfter(TimeSpan.FromSeconds(seconds) + Grace);
        await news.WriteAsync(new WatchNews.Confirmed(target), cancellationToken);
        if (_breaks < BreaksToReport)
        {
            await ReportWorkingAsync(cancellationToken);
        }

        bool hasEvents = false;
        try
        {
            Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
            await foreach (WatchEvent change in new WatchReader(_objects).ReadAsync(body, cancellationToken))
            {
                hasEvents = true;
                switch (change)
                {
                    case WatchEvent.Error error:
                        _mustList = true;
                        return Refused(ApiFailure.OfErrorEvent(error.Status, target));
                    case WatchEvent.Malformed:
                        _mustList = true;
                        return Step.Failed(new ApiFailure("the API server sent something that is no event of a watch"));
                    default:
                        _breaks = 0;
                        await ReportWorkingAsync(cancellationToken);
                        await PostAsync(change, cancellationToken);
                        break;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            // The stream broke. It is resumed where it was.
            return Broke(hasEvents, start);
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested)
        {
            return Broke(hasEvents, start);
        }

        if (time.GetElapsedTime(start) < TooShort)
        {
            return Broke(hasEvents, start);
        }

        _breaks = 0;
        await ReportWorkingAsync(cancellationToken);
        return Step.Done;
    }

    private Step Broke(bool hasEvents, long start)
    {
        _breaks = hasEvents ? 0 : _breaks + 1;
        return _breaks < BreaksToReport
            ? Step.Broken
            : Step.Failed(new ApiFailure(
                $"the connection breaks after {(int)time.GetElapsedTime(start).TotalSeconds} s without an event, {_breaks} times in a row: does a proxy or a "
                + "firewall on the way cut it?"));
    }

    private async Task ReportWorkingAsync(CancellationToken cancellationToken)
    {
        if (_isWatchFailing)
        {
            _isWatchFailing = false;
            await news.WriteAsync(new WatchNews.WatchWorks(target), cancellationToken);
        }
    }

    private async Task PostAsync(WatchEvent change, CancellationToken cancellationToken)
    {
        WatchNews posted = change switch
        {
            WatchEvent.Changed changed => new WatchNews.Changed(target, changed.Object),
            WatchEvent.Deleted deleted => new WatchNews.Deleted(target, deleted.Key),
            WatchEvent.Unreadable unreadable => new WatchNews.Unreadable(target, unreadable.Broken),
            _ => new WatchNews.Confirmed(target),
        };
        await news.WriteAsync(posted, cancellationToken);

        // Only once it is posted, so that nothing is passed over.
        _resourceVersion = change.ResourceVersion.Length > 0 ? change.ResourceVersion : _resourceVersion;
    }

    private Step Refused(ApiFailure failure)
    {
        if (failure.Status == (int)HttpStatusCode.NotFound)
        {
            // An older cluster serves an older version of the API.
            int next = (target.Resource.Versions.ToList().IndexOf(_version) + 1) % target.Resource.Versions.Count;
            _version = target.Resource.Versions[next];
            _mustList = true;
            if (next != 0)
            {
                return Step.Done;
            }
        }

        // 504 is what a server says whose cache has not come up to our version yet.
        _isExpired = _mustList && (failure.IsGone || failure.Status == (int)HttpStatusCode.GatewayTimeout || _isExpired);

        // That a place is forgotten is part of the protocol and no fault.
        return failure.IsGone ? Step.Broken : Step.Failed(failure);
    }

    private string PathOf(string query)
    {
        string label = target.LabelSelector.Length > 0 ? $"&labelSelector={Uri.EscapeDataString(target.LabelSelector)}" : "";
        string field = target.FieldSelector.Length > 0 ? $"&fieldSelector={Uri.EscapeDataString(target.FieldSelector)}" : "";
        string all = $"{label}{field}{query}";
        return target.Resource.Path(_version, target.Namespace) + (all.Length > 0 ? $"?{all[1..]}" : "");
    }

    /// <summary>How a list or a watch ended.</summary>
    /// <param name="MustWait">The next one has to wait.</param>
    private sealed record Step(ApiFailure? Failure, bool MustWait)
    {
        public static Step Done { get; } = new(null, MustWait: false);

        /// <summary>Something that happens in the best of clusters.</summary>
        public static Step Broken { get; } = new(null, MustWait: true);

        public static Step Failed(ApiFailure failure) => new(failure, MustWait: true);
    }
}
