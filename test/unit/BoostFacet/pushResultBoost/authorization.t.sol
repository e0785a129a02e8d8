// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IContributions} from "../../../../contracts/interfaces/IContributions.sol";
import {TaskStatus} from "../../../../contracts/types/Task.sol";
import {BoostMarket} from "../../../fixtures/BoostMarket.sol";

/// @dev Who may push a result. The same check stands behind contribute and contributeAndFinalize.
contract Authorization_Unit_Test is BoostMarket {
    function setUp() public override {
        super.setUp();
        _withVolume(2);
    }

    function test_RevertWhen_SomebodyElseAuthorizesTheWorker() external {
        _dealBoost();
        authorization = _authorize(anyone, worker.addr, _taskId(), address(0));

        _assertPushRefused(_notAuthorized(worker.addr, scheduler.addr));
    }

    function test_RevertWhen_SomebodyElseUsesTheAuthorization() external {
        _dealBoost();

        vm.expectRevert(_notAuthorized(worker2.addr, scheduler.addr));
        vm.prank(worker2.addr);
        poco.pushResultBoost(dealId, 0, "results", "", authorization, address(0), "");
    }

    function test_RevertWhen_TheAuthorizationIsForAnotherTask() external {
        _dealBoost();
        authorization = _authorize(scheduler, worker.addr, dealId.taskAt(1), address(0));

        _assertPushRefused(_notAuthorized(worker.addr, scheduler.addr));
    }

    function test_RevertWhen_TheAuthorizationIsForAnotherEnclave() external {
        _dealBoost();
        _attest(results);
        authorization = _authorize(scheduler, worker.addr, _taskId(), anyone.addr);
        _assertPushRefused(_notAuthorized(worker.addr, scheduler.addr));

        authorization = _authorize(scheduler, worker.addr, _taskId(), address(0));
        _assertPushRefused(_notAuthorized(worker.addr, scheduler.addr));
    }

    function test_RevertGiven_TheWorkerpoolWasSoldAndItsBuyerAuthorizes() external {
        _dealBoost();
        _sellWorkerpool();
        authorization = _authorize(anyone, worker.addr, _taskId(), address(0));

        _assertPushRefused(_notAuthorized(worker.addr, scheduler.addr));
    }

    function test_RevertGiven_ABrokerThatDoesNotAuthorizeTheEnclave() external {
        _setBroker();
        _dealBoost();
        _attest(results);

        _assertPushRefused(_notAuthorized(worker.addr, broker.addr));
    }

    function test_RevertGiven_ABrokerThatAuthorizesWhereNoEnclaveIsNamed() external {
        _setBroker();
        _dealBoost();
        authorization = _authorize(broker, worker.addr, _taskId(), address(0));

        _assertPushRefused(_notAuthorized(worker.addr, scheduler.addr));
    }

    function test_RevertGiven_TheDealDemandsAnEnclaveAndNoneIsNamed() external {
        _withTee();
        _dealBoost();

        _assertPushRefused(abi.encodeWithSelector(IContributions.EnclaveRequired.selector, _taskId(), _tag(1)));
    }

    function test_RevertWhen_TheEnclaveSignedNothing() external {
        _dealBoost();
        _attest(results);
        enclaveSign = "";

        _assertPushRefused(_invalidEnclaveSignature());
    }

    function test_RevertWhen_AnotherEnclaveSigned() external {
        _withTee();
        _dealBoost();
        _attest(results);
        enclaveSign = _signMessage(anyone, _statement(worker.addr, _taskId(), results));

        _assertPushRefused(_invalidEnclaveSignature());
    }

    function testFuzz_RevertWhen_TheEnclaveSignedOtherResults(bytes calldata other) external {
        vm.assume(keccak256(other) != keccak256(results));
        _withTee();
        _dealBoost();
        _attest(other);

        _assertPushRefused(_invalidEnclaveSignature());
    }

    function test_RevertWhen_TheEnclaveSignedForAnotherTask() external {
        _withTee();
        _dealBoost();
        _attest(results);
        enclaveSign = _signMessage(enclave, _statement(worker.addr, dealId.taskAt(1), results));

        _assertPushRefused(_invalidEnclaveSignature());
    }

    function test_RevertWhen_TheEnclaveSignedForAnotherWorker() external {
        _withTee();
        _dealBoost();
        _attest(results);
        enclaveSign = _signMessage(enclave, _statement(worker2.addr, _taskId(), results));

        _assertPushRefused(_invalidEnclaveSignature());
    }

    function test_RevertWhen_TheEnclaveSignedTheResultsOfADealWithACallback() external {
        requestOrder.callback = anyone.addr;
        resultsCallback = "for the callback";
        _dealBoost();
        _attest(results);

        _assertPushRefused(_invalidEnclaveSignature());
    }

    function test_RevertGiven_AContractDoesNotVouchForTheAuthorization() external {
        _dealBoost();
        _makeWallet(scheduler.addr, keccak256("something else"), authorization);

        _assertPushRefused(_notAuthorized(worker.addr, scheduler.addr));
    }

    function testFuzz_ShouldIgnoreWhatAnEnclaveSignedWhereNoneIsNamed(bytes calldata junk) external {
        _dealBoost();
        enclaveSign = junk;

        _assertPushed();
    }

    function test_ShouldAcceptAnEnclaveWhereTheDealDemandsNone() external {
        _dealBoost();
        _attest(results);

        _assertPushed();
    }

    function testFuzz_ShouldAcceptAnEnclaveThatTheSchedulerAuthorizes(bytes calldata some) external {
        _withTee();
        results = some;
        _dealBoost();
        _attest(some);

        _assertPushed();
    }

    function test_ShouldAcceptAnEnclaveThatTheBrokerAuthorizes() external {
        _setBroker();
        _withTee();
        _dealBoost();
        _attest(results);
        authorization = _authorize(broker, worker.addr, _taskId(), challenge);

        _assertPushed();
    }

    function test_ShouldAcceptWhatTheEnclaveSignedForTheCallback() external {
        _withTee();
        requestOrder.callback = anyone.addr;
        resultsCallback = "for the callback";
        _dealBoost();
        _attest(resultsCallback);

        _assertPushed();
    }

    function test_ShouldAcceptWhoSoldTheWorkerpool() external {
        _dealBoost();
        _sellWorkerpool();

        _assertPushed();
    }

    function test_ShouldAcceptCompactSignatures() external {
        _withTee();
        _dealBoost();
        _attest(results);
        authorization = _compact(authorization);
        enclaveSign = _compact(enclaveSign);

        _assertPushed();
    }

    function test_ShouldAcceptContractsThatVouch() external {
        _withTee();
        _dealBoost();
        _attest(results);
        authorization = "of any length";
        enclaveSign = "";
        bytes32 permission = keccak256(abi.encodePacked(worker.addr, _taskId(), challenge));
        _makeWallet(scheduler.addr, _messageHash(permission), authorization);
        _makeWallet(enclave.addr, _messageHash(_statement(worker.addr, _taskId(), results)), enclaveSign);

        _assertPushed();
    }

    function _assertPushed() private {
        _push();
        assertEq(uint8(poco.viewTask(_taskId()).status), uint8(TaskStatus.COMPLETED));
    }

    function _setBroker() private {
        vm.prank(owner.addr);
        poco.setTeeBroker(broker.addr);
    }

    function _sellWorkerpool() private {
        vm.prank(scheduler.addr);
        workerpoolRegistry.transferFrom(scheduler.addr, anyone.addr, uint256(uint160(workerpool)));
    }

    function _messageHash(bytes32 message) private pure returns (bytes32) {
        return keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n32", message));
    }

    /// @dev EIP-2098: the parity goes to the top bit of s.
    function _compact(bytes memory signature) private pure returns (bytes memory) {
        (bytes32 r, bytes32 s) = (bytes32(0), bytes32(0));
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
        }
        return abi.encodePacked(r, signature[64] == 0x1b ? s : s | bytes32(uint256(1) << 255));
    }

    function _notAuthorized(address account, address authorizer) private view returns (bytes memory) {
        return abi.encodeWithSelector(IContributions.WorkerNotAuthorized.selector, _taskId(), account, authorizer);
    }

    function _invalidEnclaveSignature() private view returns (bytes memory) {
        return abi.encodeWithSelector(IContributions.InvalidEnclaveSignature.selector, _taskId(), challenge);
    }
}
