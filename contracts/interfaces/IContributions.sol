// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {Contribution} from "../types/Contribution.sol";
import {TaskId} from "../types/Ids.sol";
import {Tag} from "../types/Tag.sol";

/// @title IContributions
/// @notice Contributions: workers commit to results.
interface IContributions {
    /// @notice Emitted when a worker commits to the result with this `hash`.
    event TaskContribute(TaskId indexed taskid, address indexed worker, bytes32 hash);

    /// @notice Emitted when the weight of the workers that agree suffices for the trust of the deal.
    event TaskConsensus(TaskId indexed taskid, bytes32 consensus);

    /// @notice Contributions closed at `deadline`, in unix seconds.
    /// @custom:fix Leave the task: once its final deadline has passed (boost: at once) anyone may claim it.
    error ContributionsClosed(TaskId taskId, uint256 deadline);

    /// @notice The worker has contributed to this task already.
    /// @custom:fix Wait for consensus: the first contribution of the worker stands.
    error AlreadyContributed(TaskId taskId, address worker);

    /// @notice The task has `max` contributions. More could make it too expensive to finalize or claim in one
    /// transaction.
    /// @custom:fix Authorize no more workers; claim the task after its final deadline.
    error TooManyContributors(TaskId taskId, uint256 max);

    /// @notice The weight of the contributions for this result does not fit 248 bits.
    /// @custom:fix Let workers of a lower score contribute.
    error WeightTooLarge(TaskId taskId);

    /// @notice The tag of the deal requires a TEE, and no enclave was named.
    /// @custom:fix Run the task in an enclave, and pass its address and its signature.
    error EnclaveRequired(TaskId taskId, Tag tag);

    /// @notice `authorizer`, the workerpool's owner at deal time or the TEE broker, did not sign for this worker, task
    /// and enclave.
    /// @custom:fix Ask `authorizer` for a signature of keccak256(worker ‖ task id ‖ enclave), as an Ethereum message.
    error WorkerNotAuthorized(TaskId taskId, address worker, address authorizer);

    /// @notice The enclave did not sign this result.
    /// @custom:fix Pass the signature that the enclave made of this task's result, with the key of `enclave`.
    error InvalidEnclaveSignature(TaskId taskId, address enclave);

    /// @notice The deal requires a trust above 1, which one worker alone cannot reach.
    /// @custom:fix Use `contribute` and `reveal`, as the other workers do.
    error ReplicationRequired(TaskId taskId, uint256 trust);

    /// @notice Other workers have contributed already, so the task cannot be completed in one transaction.
    /// @custom:fix Use `contribute` and `reveal` instead.
    error AlreadyContested(TaskId taskId);

    /// @notice The keccak256 hash of `resultsCallback` is `callbackHash`, not the `digest` of the result.
    /// @custom:fix Pass the `resultsCallback` whose keccak256 is `digest`.
    error CallbackMismatch(TaskId taskId, bytes32 callbackHash, bytes32 digest);

    /// @notice Commits the caller to a result.
    /// @param resultHash keccak256(task id ‖ digest).
    /// @param resultSeal keccak256(caller ‖ task id ‖ digest).
    /// @param enclaveChallenge The enclave's address, or zero. Required where the deal's tag has bit 0.
    /// @param enclaveSign The enclave's signature of the message keccak256(resultHash ‖ resultSeal).
    /// @param authorizationSign The signature of the message keccak256(caller ‖ task id ‖ enclaveChallenge) by the TEE
    /// broker, if there is one and an enclave is named, else by the workerpool's owner at deal time.
    function contribute(
        TaskId taskId,
        bytes32 resultHash,
        bytes32 resultSeal,
        address enclaveChallenge,
        bytes calldata enclaveSign,
        bytes calldata authorizationSign
    ) external;

    /// @notice Contributes, reveals and finalizes in one transaction and without a stake. Only for deals of trust 1.
    function contributeAndFinalize(
        TaskId taskId,
        bytes32 resultDigest,
        bytes calldata results,
        bytes calldata resultsCallback,
        address enclaveChallenge,
        bytes calldata enclaveSign,
        bytes calldata authorizationSign
    ) external;

    /// @notice Returns the contribution of the worker, or zeros.
    function viewContribution(TaskId taskId, address worker) external view returns (Contribution memory);
}
