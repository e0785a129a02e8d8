// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {Native} from "../../../fixtures/Native.sol";
import {IEscrowMoves} from "../../../../contracts/interfaces/IEscrowMoves.sol";
import {INativeEscrow} from "../../../../contracts/interfaces/INativeEscrow.sol";

contract NativeDepositForArray_Unit_Test is Native {
    uint256[] private amounts;
    address[] private targets;
    uint256 private sum;

    function fill(uint64[8] calldata seeds, uint8 count) private {
        uint256 length = bound(count, 1, 8);
        for (uint256 i; i < length; ++i) {
            amounts.push(seeds[i]);
            targets.push(address(uint160(0xface0000 + i)));
            sum += seeds[i];
        }
    }

    function testFuzz_RevertWhen_ThereAreNotAsManyAmountsAsTargets(uint8 left, uint8 right) external {
        vm.assume(left != right);
        address[] memory to = new address[](right);
        for (uint256 i; i < right; ++i) {
            to[i] = worker.addr;
        }

        vm.expectRevert(abi.encodeWithSelector(IEscrowMoves.AmountsMismatch.selector, left, right));
        hub.depositForArray(new uint256[](left), to);
    }

    function testFuzz_RevertWhen_TheCoinsDoNotCoverTheAmounts(
        uint64[8] calldata seeds,
        uint8 count,
        uint256 value
    ) external {
        fill(seeds, count);
        vm.assume(sum > 0);
        value = bound(value, 0, sum * WEI_PER_NRLC - 1);
        vm.deal(requester.addr, value);
        // The coins of others do not help.
        vm.deal(address(hub), sum * WEI_PER_NRLC);

        vm.expectRevert(abi.encodeWithSelector(INativeEscrow.ValueTooSmall.selector, value, sum * WEI_PER_NRLC));
        vm.prank(requester.addr);
        hub.depositForArray{value: value}(amounts, targets);
    }

    function testFuzz_RevertWhen_OneTargetIsTheHub(uint64[8] calldata seeds, uint8 count, uint256 bad) external {
        fill(seeds, count);
        targets[bound(bad, 0, targets.length - 1)] = address(hub);
        vm.deal(requester.addr, sum * WEI_PER_NRLC);

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(hub)));
        vm.prank(requester.addr);
        hub.depositForArray{value: sum * WEI_PER_NRLC}(amounts, targets);
    }

    function testFuzz_RevertWhen_AnAmountDoesNotFit(uint256 amount) external {
        // Sums of such amounts could wrap around to little.
        amount = bound(amount, uint256(type(uint96).max) + 1, type(uint256).max);
        amounts = [amount];
        targets = [worker.addr];

        vm.expectRevert(abi.encodeWithSelector(IEscrowMoves.SupplyTooLarge.selector, amount, type(uint96).max));
        hub.depositForArray(amounts, targets);
    }

    function testFuzz_RevertWhen_TheCallerDoesNotTakeWhatIsLeft(
        uint64[8] calldata seeds,
        uint8 count,
        uint256 left
    ) external {
        fill(seeds, count);
        left = bound(left, 1, type(uint96).max);
        vm.deal(refuser, sum * WEI_PER_NRLC + left);

        vm.expectRevert(abi.encodeWithSelector(INativeEscrow.CoinTransferFailed.selector, refuser, left));
        vm.prank(refuser);
        hub.depositForArray{value: sum * WEI_PER_NRLC + left}(amounts, targets);
    }

    function testFuzz_WhenTheCoinsCoverTheAmounts(uint64[8] calldata seeds, uint8 count, uint96 left) external {
        fill(seeds, count);
        vm.deal(requester.addr, sum * WEI_PER_NRLC + left);

        vm.prank(requester.addr);
        assertTrue(hub.depositForArray{value: sum * WEI_PER_NRLC + left}(amounts, targets), "answer");

        // It should credit every target.
        for (uint256 i; i < amounts.length; ++i) {
            assertEq(hub.balanceOf(targets[i]), amounts[i], "target");
        }
        // It should back what it credits.
        assertEq(hub.totalSupply(), sum, "supply");
        assertEq(address(hub).balance, sum * WEI_PER_NRLC, "hub's coins");
        // It should send what is left back to the caller.
        assertEq(requester.addr.balance, left, "caller's coins");
    }
}
