namespace Webhooks.Storage;

/// <summary>The part of a store that dispatchers work with: leases, outcomes and pauses.</summary>
/// <remarks>
/// <para>
/// <b>One clock hand.</b> A pending delivery's due time is all that <see cref="ClaimAsync"/> looks at. A lease is a due
/// time at the end of the lease, so a claim never meets what is in flight, and a lease that ran out is simply due again.
/// </para>
/// <para>
/// <b>Pauses.</b> A delivery to a paused or disabled endpoint is <i>held</i>: it has no due time, so claims never meet it
/// either, however many there are. The pause itself has an end; the dispatcher that meets it takes the endpoint over for
/// the length of a lease and resumes its held deliveries at the pace that it can stand.
/// </para>
/// <para>
/// <b>Order.</b> A delivery of an ordered endpoint (<see cref="Endpoints.EndpointSettings.IsOrdered"/>) never has a due time: it is held
/// until it ends. Its lease is the take-over of its endpoint, which one dispatcher at a time has, and which lasts as long as anything is
/// pending. An endpoint that is not paused becomes paused until now when the first delivery is held for it.
/// </para>
/// </remarks>
public interface IDeliveryStore
{
    /// <summary>
    /// Leases deliveries that are due, the longest due first, and takes over endpoints whose pause has ended. Two
    /// concurrent claims never get the same delivery or the same endpoint.
    /// </summary>
    /// <remarks>
    /// Due deliveries of a paused or disabled endpoint become held instead of leased; those of a deleted one, and those whose message
    /// has expired, are canceled. They count against <see cref="ClaimRequest.Limit"/>, so that the cost of a call is bounded by it. Those
    /// of an ordered endpoint become held too, in their place in the line, and the endpoint, where it is not paused, paused until
    /// <see cref="ClaimRequest.Now"/>.
    /// One of a message that is sent at most once whose lease ran out (it still has an owner) may have been sent: unless its endpoint is
    /// deleted it is leased, as <see cref="LeasedDelivery.IsInterrupted"/>, whether its endpoint holds or its message has expired.
    /// </remarks>
    /// <param name="request">How many, for whom and until when.</param>
    /// <param name="cancellationToken">Ends the wait. Leases that were given all the same run out by themselves.</param>
    Task<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Leases held deliveries of one endpoint that this dispatcher has taken over, the oldest first, and prolongs the
    /// take-over to <see cref="HeldClaimRequest.LeaseUntil"/>. When none is left, the endpoint's pause is over:
    /// new deliveries flow to all dispatchers again.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Those whose message has expired are canceled instead. They do not count, but a call cancels a bounded number of them, so that
    /// it may lease fewer than there is room for.
    /// </para>
    /// <para>
    /// Of an ordered endpoint it leases the first that are pending, in the order of their publishing, whoever had them leased before:
    /// all leases of such an endpoint end with the take-over under which they were given, and with the next claim. They stay held. The
    /// pause is over when nothing is pending any more. The order is that of the messages' appends: one that was stored before another
    /// append began comes first. What has been pending since before the order was turned on, or was sent again, comes before the others.
    /// A delivery of a message that is sent at most once is leased alone: what still has an owner when it is met may have been sent, and
    /// is leased as <see cref="LeasedDelivery.IsInterrupted"/>, as in <see cref="ClaimAsync"/>.
    /// </para>
    /// </remarks>
    /// <param name="request">Which endpoint, how many, for whom and until when.</param>
    /// <param name="cancellationToken">Ends the wait. Leases that were given all the same run out by themselves.</param>
    Task<HeldClaimResult> ClaimHeldAsync(HeldClaimRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Finds since when the longest due delivery has been due: one that waits for its first attempt or for a retry, or whose lease
    /// ran out. What is leased, held or ended is not due. Called about once a minute, where somebody watches.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its due time, at <paramref name="now"/> or before; null when nothing is due.</returns>
    Task<DateTimeOffset?> FindOldestDueAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Records outcomes with their attempts; a delivery that ends is completed at the end of its attempt. Each takes effect only if the delivery is still leased to the owner for that
    /// attempt: a dispatcher that lost its lease changes nothing. The announcements of those that take effect are appended with them, in
    /// one transaction, by the rules of <see cref="IMessageStore.AppendAsync"/> and without leases.
    /// </summary>
    /// <remarks>
    /// A retry of a delivery that is leased in order leaves it held, and pauses its endpoint until the retry is due, by the rules of
    /// <see cref="PauseEndpointAsync"/> with <see cref="Endpoints.PauseReason.Retry"/>, in the same transaction.
    /// </remarks>
    /// <param name="owner">The dispatcher that made the attempts.</param>
    /// <param name="outcomes">The outcomes; at least one. Of two of one lease, one takes effect.</param>
    /// <param name="cancellationToken">Ends the wait where nothing was recorded yet.</param>
    /// <returns>For each outcome, in order, whether it took effect.</returns>
    Task<IReadOnlyList<bool>> CompleteAsync(
        string owner, IReadOnlyList<DeliveryOutcome> outcomes, CancellationToken cancellationToken);

    /// <summary>
    /// Gives leases back without an attempt. Each takes effect only if the delivery is still leased to the owner for that
    /// attempt. A delivery whose endpoint is paused or disabled becomes held, now or at the claim that meets it.
    /// </summary>
    /// <remarks>
    /// With a delivery that is leased in order its owner gives the endpoint back, if it has that taken over still: it is paused, as a
    /// backlog of nobody's, until the delivery is due again.
    /// </remarks>
    /// <param name="owner">The dispatcher that holds the leases.</param>
    /// <param name="releases">What to give back; at least one.</param>
    /// <param name="cancellationToken">Ends the wait where nothing was given back yet.</param>
    Task ReleaseAsync(string owner, IReadOnlyList<DeliveryRelease> releases, CancellationToken cancellationToken);

    /// <summary>
    /// Pauses an endpoint: from now on new deliveries to it are held. What has a due time keeps it, and becomes held at the
    /// claim that meets it, so that the end of a pause brings no retry and no delayed message forward; what is leased is not touched.
    /// </summary>
    /// <remarks>
    /// A pause replaces an earlier one, but a <see cref="Endpoints.PauseReason.Backlog"/> replaces only another, and no pause
    /// shortens one that has another reason than that. Whoever takes a paused endpoint over turns its reason into a backlog.
    /// One with an <see cref="EndpointPause.EndpointVersion"/> takes effect on that version only: what was judged before the endpoint
    /// was changed or enabled does not hold it afterwards.
    /// Of an ordered endpoint that somebody has taken over, a backlog replaces only the pause of its own owner.
    /// </remarks>
    /// <param name="pause">Which endpoint, until when, why, and who has it taken over meanwhile.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when there is no such endpoint, it has been changed since it was judged, or the pause that it has stays.</returns>
    Task<bool> PauseEndpointAsync(EndpointPause pause, CancellationToken cancellationToken);

    /// <summary>
    /// Notes since when every attempt to endpoints has failed, or that one has succeeded. The first time noted stays until a
    /// success. It is not a change of the endpoint: its version stays, and endpoints that are gone are passed over.
    /// </summary>
    /// <param name="marks">The notes; at least one, each of another endpoint.</param>
    /// <param name="cancellationToken">Ends the wait where nothing was noted yet.</param>
    Task MarkFailingAsync(IReadOnlyList<FailureMark> marks, CancellationToken cancellationToken);

    /// <summary>
    /// Shares out time for rate limits. Each limit has a line of time; a reservation gets the stretch from the end of those
    /// before it, or from <paramref name="now"/> where that is later, so that no two of all dispatchers overlap.
    /// </summary>
    /// <param name="now">The time before which no stretch begins.</param>
    /// <param name="reservations">What is asked for; at least one, each of another limit.</param>
    /// <param name="cancellationToken">Ends the wait. What was reserved all the same is lost.</param>
    /// <returns>When each stretch begins, in the order of <paramref name="reservations"/>.</returns>
    Task<IReadOnlyList<DateTimeOffset>> ReserveAsync(
        DateTimeOffset now, IReadOnlyList<RateReservation> reservations, CancellationToken cancellationToken);
}
