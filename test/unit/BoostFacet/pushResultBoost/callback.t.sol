// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Vm} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Vm.sol";

import {IBoost} from "../../../../contracts/interfaces/IBoost.sol";
import {IOracleConsumer} from "../../../../contracts/interfaces/external/IOracleConsumer.sol";
import {ITasks} from "../../../../contracts/interfaces/ITasks.sol";
import {TaskId} from "../../../../contracts/types/Ids.sol";
import {TaskStatus} from "../../../../contracts/types/Task.sol";
import {LeastGas} from "../../../fixtures/LeastGas.sol";
import {BoostMarket} from "../../../fixtures/BoostMarket.sol";

/// @dev Who is told of the result, and with how much gas.
contract Callback_Unit_Test is BoostMarket, LeastGas {
    /// @dev Where no key reaches.
    address internal constant CONSUMER = address(0x636f6e73756d6572);

    /// @dev gas; 0; sstore; and log0(0, 0): remembers its gas, says that it was called.
    bytes internal constant REMEMBERING = hex"5a5f555f5fa0";

    function setUp() public override {
        super.setUp();
        requestOrder.callback = CONSUMER;
        resultsCallback = "for the callback";
    }

    function testFuzz_RevertWhen_ThereIsNothingForTheCallback(address callback) external {
        vm.assume(callback != address(0));
        requestOrder.callback = callback;
        resultsCallback = "";
        _dealBoost();

        _assertPushRefused(abi.encodeWithSelector(IBoost.CallbackDataMissing.selector, _taskId(), callback));
    }

    /// @dev A task's end is not had without the callback's chance, so the refusal names what was there and what was needed.
    function testFuzz_RevertWhen_LessGasIsLeftThanTheCallbackIsPromised(uint256 promised) external {
        promised = bound(promised, 1_000_000, 5_000_000);
        vm.prank(owner.addr);
        poco.setCallbackGas(promised);
        vm.etch(CONSUMER, REMEMBERING);
        _dealBoost();

        (bool success, bytes memory answer) = _pushWith(1_000_000);
        assertFalse(success, "refused");
        (bytes4 selector, uint256 available, uint256 needed) = _gasFigures(answer);
        assertEq(selector, ITasks.CallbackGasMissing.selector, "error");
        assertEq(needed, promised + promised / 63 + 500, "needed");
        assertLt(available, 1_000_000, "available");
        assertGt(available, 500_000, "available");
    }

    function testFuzz_ShouldTellTheCallbackAfterAllElse(bytes calldata data) external {
        vm.assume(data.length > 0);
        vm.etch(CONSUMER, REMEMBERING);
        resultsCallback = data;
        _dealBoost();
        vm.expectCall(CONSUMER, abi.encodeCall(IOracleConsumer.receiveResult, (TaskId.unwrap(_taskId()), data)));
        vm.recordLogs();
        _push();

        Vm.Log[] memory heard = vm.getRecordedLogs();
        assertEq(heard[heard.length - 2].topics[0], IBoost.ResultPushedBoost.selector, "last of the hub");
        assertEq(heard[heard.length - 1].emitter, CONSUMER, "last of all");
    }

    function test_ShouldTellTheCallbackASingleByte() external {
        vm.etch(CONSUMER, REMEMBERING);
        resultsCallback = hex"2a";
        _dealBoost();
        vm.expectCall(CONSUMER, abi.encodeCall(IOracleConsumer.receiveResult, (TaskId.unwrap(_taskId()), hex"2a")));
        _push();
    }

    function testFuzz_ShouldGiveTheCallbackItsGasAndNoMore(uint256 promised) external {
        promised = bound(promised, 50_000, 1_000_000);
        vm.prank(owner.addr);
        poco.setCallbackGas(promised);
        vm.etch(CONSUMER, REMEMBERING);
        _dealBoost();
        _push();

        // The first instruction costs 2.
        assertEq(uint256(vm.load(CONSUMER, 0)), promised - 2);
    }

    /// @dev From too little for the rest of the call to enough for all of it.
    function test_ShouldNeverTellTheCallbackWithLessGasThanPromised() external {
        vm.etch(CONSUMER, REMEMBERING);
        _dealBoost();
        uint256 least = _leastGas(worker.addr, address(poco), _pushCall());

        (bool success, bytes memory answer) = _pushWith(least - 1);
        assertFalse(success, "one less");
        uint256 needed = 200_000 + uint256(200_000) / 63 + 500;
        assertEq(answer, abi.encodeWithSelector(ITasks.CallbackGasMissing.selector, needed - 1, needed), "refusal");
        for (uint256 i = 1; i <= 20; ++i) {
            uint256 before = vm.snapshotState();
            uint256 given = (least * i) / 10;
            (success, ) = _pushWith(given);
            assertEq(success, given >= least, "success");
            assertEq(uint256(vm.load(CONSUMER, 0)), success ? 200_000 - 2 : 0, "gas");
            vm.revertToState(before);
        }
    }

    function test_ShouldCompleteTheTaskWhateverTheCallbackDoes() external {
        // Reverts; burns all gas; loops for ever; answers with as much as its gas pays for; has no such function; the
        // hub itself, which has none either.
        bytes[5] memory codes = [REVERTING, bytes(hex"fe"), hex"5b5f56", hex"620200005ff3", hex"00"];
        for (uint256 i; i < codes.length; ++i) {
            uint256 before = vm.snapshotState();
            vm.etch(CONSUMER, codes[i]);
            _dealBoost();
            _assertPushed();
            vm.revertToState(before);
        }
        requestOrder.callback = address(poco);
        _dealBoost();
        _assertPushed();
    }

    function test_ShouldCompleteTheTaskWhereTheCallbackHasNoCode() external {
        vm.prank(owner.addr);
        poco.setCallbackGas(5_000_000);
        _dealBoost();

        _assertPushed();
    }

    function test_ShouldTellNobodyWhereTheDealHasNoCallback() external {
        requestOrder.callback = address(0);
        _dealBoost();
        _assertPushed();

        assertEq(poco.resultFor(_taskId()), "", "kept nothing");
    }

    function _assertPushed() private {
        _push();
        assertEq(uint8(poco.viewTask(_taskId()).status), uint8(TaskStatus.COMPLETED), "status");
        assertEq(poco.balanceOf(worker.addr), FUNDS + 1_980, "worker");
    }

    function _pushWith(uint256 gas_) private returns (bool, bytes memory) {
        return _callWith(gas_, worker.addr, address(poco), _pushCall());
    }

    function _pushCall() private view returns (bytes memory) {
        return
            abi.encodeCall(
                poco.pushResultBoost,
                (dealId, index, results, resultsCallback, authorization, challenge, enclaveSign)
            );
    }

    function _gasFigures(bytes memory answer) private pure returns (bytes4 selector, uint256 has, uint256 needed) {
        assertEq(answer.length, 68, "length");
        assembly ("memory-safe") {
            selector := and(mload(add(answer, 0x20)), shl(224, 0xffffffff))
            has := mload(add(answer, 0x24))
            needed := mload(add(answer, 0x44))
        }
    }
}
