using Stoker.Delivery.Queue;

namespace Stoker.Delivery.Write;

/// <summary>Decides what an answer leads to: for the profile, and for the endpoint's pace. Belongs to the endpoint's loop.</summary>
internal sealed class AnswerSettlement(MemoryQueue queue, EndpointPace pace, EndpointReport report, TimeProvider time)
{
    /// <param name="presentPlan">The way that pushes go now; a reload may have changed it since the attempt.</param>
    public void Settle(Attempt attempt, EndpointPlan presentPlan)
    {
        (EndpointPlan plan, QueuedProfile record, int generation, PushAnswer? given) = attempt;
        PushAnswer answer = given!;
        string? dropReason = DropReasonOf(answer, plan.Arguments);
        if (answer.Outcome == PushOutcome.Delivered)
        {
            queue.Complete(record);
            pace.OnDelivered(generation);
            report.OnDelivered(plan, record, isRecovery: !pace.IsFailing, queue);
        }
        else if (answer.Outcome == PushOutcome.Interrupted)
        {
            queue.Return(record, time.GetTimestamp());
        }
        else if (dropReason is not null)
        {
            pace.OnAnswered(generation);
            report.OnAnswered(plan, record, answer, isRecovery: !pace.IsFailing, queue);
            queue.Drop(record, dropReason, answer.Message);
        }
        else
        {
            report.OnFailure(plan, record, answer);
            Retry(plan, record, generation, answer, wentPresentWay: plan == presentPlan);
        }
    }

    private static string? DropReasonOf(PushAnswer answer, EndpointArguments arguments) => answer.Outcome switch
    {
        PushOutcome.Refused => DropReason.Refused,
        PushOutcome.TooOld => DropReason.TooOld,
        PushOutcome.TooLarge => DropReason.TooLarge,
        PushOutcome.RateLimited when !arguments.RetryOnHttp429 => DropReason.RateLimited,
        _ => null,
    };

    /// <summary>
    /// Decides whom a failure is blamed on. A profile that fails again although others have passed since is at fault itself: it waits on its own
    /// and, where the server's answer is about the profile, is given up in the end. Otherwise the endpoint is at fault, and everything waits.
    /// </summary>
    private void Retry(EndpointPlan plan, QueuedProfile record, int generation, PushAnswer answer, bool wentPresentWay)
    {
        bool isFirst = record.Failures++ == 0;
        bool isOwnFault = !isFirst && pace.Passed > record.PassedAtFailure;
        record.PassedAtFailure = pace.Passed;
        if (!wentPresentWay)
        {
            // A failure on the old way says nothing of the new one.
            queue.Return(record, time.GetTimestamp());
        }
        else if (isOwnFault)
        {
            record.FailuresWhileOthersPassed++;
            RetryOrGiveUp(plan.Arguments.MaxBackoffRetries, record, answer);
        }
        else if (IsEndpointsFault(answer, isFirst))
        {
            long opensAt = pace.OnFailure(generation, answer);
            report.OnEndpointFailing(plan, answer, queue);
            queue.Return(record, opensAt);
        }
        else
        {
            queue.Return(record, pace.RetryOf(record.Failures, answer.RetryAfter));
        }
    }

    private bool IsEndpointsFault(PushAnswer answer, bool isFirst) => answer.Outcome switch
    {
        PushOutcome.ServerError => isFirst && pace.IsServerAtFault(),
        PushOutcome.RateLimited => isFirst,
        _ => true,
    };

    private void RetryOrGiveUp(long maxRetries, QueuedProfile record, PushAnswer answer)
    {
        string? reason = answer.Outcome switch
        {
            PushOutcome.ServerError => DropReason.ServerError,
            PushOutcome.RateLimited => DropReason.RateLimited,
            _ => null,
        };
        if (reason is not null && maxRetries > 0)
        {
            if (record.FailuresWhileOthersPassed >= maxRetries)
            {
                queue.Drop(record, reason, answer.Message);
                return;
            }

            // Whether a rate limit is about this profile alone shows only when nothing else uses it up.
            record.MustBeAlone = record.FailuresWhileOthersPassed == maxRetries - 1;
        }

        queue.Return(record, pace.RetryOf(record.FailuresWhileOthersPassed, answer.RetryAfter));
    }
}
