// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Base} from "../../../fixtures/Base.sol";
import {IEscrow} from "../../../../contracts/interfaces/IEscrow.sol";
import {IPoco} from "../../../../contracts/interfaces/IPoco.sol";
import {FeeToken} from "../../../mocks/FeeToken.sol";

/// @dev Law E3 against a token that does not move what it is told to move.
contract Backing_Unit_Test is Base {
    uint256 private constant AMOUNT = 1_000;

    FeeToken private token;

    function testFuzz_RevertWhen_TheTokenKeepsAFeeOfADeposit(uint256 keeps) external {
        keeps = bound(keeps, 1, 1_000);
        _withFee(keeps);

        _expectRefusal(AMOUNT - keeps, AMOUNT);
        poco.deposit(AMOUNT);
    }

    function testFuzz_RevertWhen_TheTokenKeepsAFeeOfADepositForSomebodyElse(uint256 keeps) external {
        keeps = bound(keeps, 1, 1_000);
        _withFee(keeps);

        _expectRefusal(AMOUNT - keeps, AMOUNT);
        poco.depositFor(AMOUNT, anyone.addr);
    }

    function test_RevertWhen_TheTokenKeepsAFeeOfOneOfManyDeposits() external {
        _withFee(10);
        (uint256[] memory amounts, address[] memory targets) = (new uint256[](2), new address[](2));
        // Too little for a fee, and enough.
        (amounts[0], amounts[1]) = (99, 100);
        (targets[0], targets[1]) = (requester.addr, anyone.addr);

        _expectRefusal(198, 199);
        poco.depositForArray(amounts, targets);
    }

    function test_RevertWhen_TheTokenKeepsAFeeOfAnApproval() external {
        _withFee(10);

        vm.expectRevert(abi.encodeWithSelector(IEscrow.SupplyNotBacked.selector, AMOUNT - 10, AMOUNT));
        vm.prank(address(token));
        poco.receiveApproval(requester.addr, AMOUNT, address(token), "");
    }

    function testFuzz_RevertGiven_TheHubHoldsLessThanTheSupplyAndItsOwnerRecovers(
        uint96 supply,
        uint256 held
    ) external {
        vm.assume(supply > 0);
        held = bound(held, 0, supply - 1);
        _fund(anyone.addr, supply);
        deal(address(rlc), address(poco), held);

        vm.expectRevert(abi.encodeWithSelector(IEscrow.SupplyNotBacked.selector, held, supply));
        vm.prank(owner.addr);
        poco.recover();
    }

    function test_RevertGiven_TheTokenDoesNotAnswerAndTheOwnerRecovers() external {
        // It fails, answers nothing, or less than a word.
        bytes[3] memory codes = [bytes(hex"5f5ffd"), bytes(hex"00"), bytes(hex"601f5ff3")];
        for (uint256 i; i < codes.length; ++i) {
            vm.etch(address(rlc), codes[i]);
            vm.expectRevert(abi.encodeWithSelector(IEscrow.TokenNotAnswering.selector, address(rlc)));
            vm.prank(owner.addr);
            poco.recover();
        }
    }

    function test_WhenTheTokenKeepsNothing() external {
        _withFee(0);
        vm.prank(requester.addr);
        poco.deposit(AMOUNT);

        // It should credit the caller.
        assertEq(poco.balanceOf(requester.addr), AMOUNT);
    }

    /// @dev A hub whose token keeps so much of a thousand, which the requester has.
    function _withFee(uint256 keeps) private {
        token = new FeeToken(keeps);
        token.give(requester.addr, AMOUNT);
        poco = IPoco(payable(_deploy(address(token), "EscrowBundle")));
    }

    function _expectRefusal(uint256 held, uint256 supply) private {
        vm.expectRevert(abi.encodeWithSelector(IEscrow.SupplyNotBacked.selector, held, supply));
        vm.prank(requester.addr);
    }
}
